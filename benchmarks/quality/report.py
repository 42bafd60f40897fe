"""stub"""


def write(results, root):
    import json

    (root / "results.json").write_text(json.dumps(results, indent=1))


def verdicts(results):
    return "done"
