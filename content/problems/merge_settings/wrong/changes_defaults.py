import json


def merge_settings(text, defaults):
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        given = {}
    if not isinstance(given, dict):
        given = {}
    for key in defaults:
        if key in given:
            defaults[key] = given[key]
    return dict(defaults)
