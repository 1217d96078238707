def flatten(items):
    flat = []
    for item in items:
        if isinstance(item, list):
            flatten(item)
        else:
            flat.append(item)
    return flat
