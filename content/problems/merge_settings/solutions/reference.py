import json


def merge_settings(text, defaults):
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        given = {}
    if not isinstance(given, dict):
        given = {}
    return {key: given.get(key, value) for key, value in defaults.items()}
