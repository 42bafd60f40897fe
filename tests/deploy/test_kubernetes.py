"""deploy/k8s: valid, whole, and as careful as docker-compose.yml."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.dev.service import REPOSITORY

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
VERSIONS = ("1.30", "1.33")
FOLDER = REPOSITORY / "deploy" / "k8s"


def test_every_file_is_named_by_a_kustomization_and_the_other_way_round():
    for kustomization in [*FOLDER.glob("*/kustomization.yaml")]:
        content = yaml.safe_load(kustomization.read_text())
        named = {
            *content["resources"],
            *(patch["path"] for patch in content.get("patches", [])),
        }
        assert all((kustomization.parent / name).exists() for name in named)
        there = {path.name for path in kustomization.parent.iterdir()}
        assert there - named == {"kustomization.yaml"}


needs_renderer = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")


@pytest.fixture(scope="module", params=["base", "example", "evidence"])
def site(request):
    """What is applied, by kind and name."""
    done = subprocess.run(
        ["kubectl", "kustomize", FOLDER / request.param],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {}
    for thing in yaml.safe_load_all(done.stdout):
        found.setdefault(thing["kind"], {})[thing["metadata"]["name"]] = thing
    return found


def pods(site):
    return {
        name: thing["spec"]["template"]["spec"]
        for kind in ("Deployment", "Job")
        for name, thing in site[kind].items()
    }


def containers(site):
    for name, pod in pods(site).items():
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            yield name, pod, container


@needs_renderer
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_it(site, version):
    for things in site.values():
        for thing in things.values():
            kubernetes_validate.validate(thing, version, strict=True)


@needs_renderer
def test_a_container_can_do_as_little_as_possible(site):
    for name, pod, container in containers(site):
        context = {**pod["securityContext"], **container["securityContext"]}
        assert context["runAsNonRoot"] is True, name
        assert context["runAsUser"] > 0
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert {"requests", "limits"} <= set(container["resources"])


@needs_renderer
def test_what_is_named_exists(site):
    for _, pod, container in containers(site):
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)
        for source in container.get("envFrom", []):
            assert source["configMapRef"]["name"] in site["ConfigMap"]
        for volume in volumes.values():
            if "configMap" in volume:
                assert volume["configMap"]["name"] in site["ConfigMap"]
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in site["PersistentVolumeClaim"]
    for scaler in site["HorizontalPodAutoscaler"].values():
        assert scaler["spec"]["scaleTargetRef"]["name"] in site["Deployment"]


@needs_renderer
def test_there_is_one_beat_and_what_scales_may_lose_only_one(site):
    assert site["Deployment"]["beat"]["spec"]["replicas"] == 1
    assert site["Deployment"]["beat"]["spec"]["strategy"] == {"type": "Recreate"}
    assert set(site["HorizontalPodAutoscaler"]) == {"web", "worker"}
    for name in ("web", "worker"):
        assert site["PodDisruptionBudget"][name]["spec"]["maxUnavailable"] == 1
        assert "replicas" not in site["Deployment"][name]["spec"]


@needs_renderer
def test_whatever_goes_on_has_a_probe_and_no_secret_is_inside(site):
    assert "Secret" not in site
    for name, pod in pods(site).items():
        for container in pod["containers"]:
            probed = {"livenessProbe", "readinessProbe"} & set(container)
            assert probed or name == "migrate" or container["name"] == "snapshots"
    values = " ".join(value for one in site["ConfigMap"].values() for value in one["data"].values())
    assert not re.search(r"postgres(ql)?://|redis://", values)


@needs_renderer
def test_commands_are_those_of_compose(site):
    known = {
        **{name: COMPOSE[name]["command"] for name in ("web", "migrate", "publisher", "beat")},
        "worker": COMPOSE["worker"]["command"],
        "exporter": COMPOSE["db-exporter"]["command"],
        "s3": COMPOSE["s3-publisher"]["command"],
    }
    if "media" in site["Deployment"]:
        known["media"] = COMPOSE["media"]["command"]
    seen = set()
    for _, _, container in containers(site):
        if container["name"] in known:
            wanted = [
                re.sub(r"\$\{\w+:-(\w+)\}", r"\1", str(word)) for word in known[container["name"]]
            ]
            assert container["command"] == wanted
            seen.add(container["name"])
    assert seen == set(known)


@needs_renderer
def test_nginx_has_its_configuration(site):
    (nginx,) = (thing for name, thing in site["ConfigMap"].items() if "nginx" in name)
    for path in Path(REPOSITORY / "deploy" / "nginx").iterdir():
        if path.name != "kustomization.yaml":
            assert nginx["data"][path.name] == path.read_text()


@needs_renderer
def test_nothing_but_nginx_is_reached_from_outside(site):
    policies = site["NetworkPolicy"]
    assert policies["nothing-else"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policies["nothing-else"]["spec"]["podSelector"] == {}
    world, monitoring = policies["the-world-to-nginx"]["spec"]["ingress"]
    assert [port["port"] for port in world["ports"]] == ["http", "https"]
    assert monitoring["from"]


@needs_renderer
def test_clips_are_off_until_a_site_wants_them_and_then_all_see_one_folder(site):
    values = site["ConfigMap"]["realtube-settings"]["data"]
    if "media" not in site["Deployment"]:
        assert "REALTUBE_EVIDENCE" not in values
        assert "realtube-evidence" not in site["PersistentVolumeClaim"]
        return
    assert values["REALTUBE_EVIDENCE"] == "on"
    claim = {"claimName": "realtube-evidence"}
    assert site["PersistentVolumeClaim"]["realtube-evidence"]["spec"]["accessModes"] == [
        "ReadWriteMany"
    ]
    for name in ("web", "worker", "media"):
        pod = pods(site)[name]
        assert {"name": "evidence", "persistentVolumeClaim": claim} in pod["volumes"]
        assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsUser"]
        (main,) = (it for it in pod["containers"] if it["name"] == name)
        (mount,) = (it for it in main["volumeMounts"] if it["name"] == "evidence")
        assert mount["mountPath"] == values["REALTUBE_EVIDENCE_ROOT"]
