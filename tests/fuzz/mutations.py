"""What becomes of an input by accident or by intent: bytes, lines, and what JSON says."""

import json

LONGEST = 16_384
ODD = (
    *(None, True, False, 0, -1, 2**31, 2**63, 10**400, 1e308, float("inf"), float("nan")),
    *(
        "",
        "a",
        "\0",
        "\ud800",
        "é" * 70,
        "a" * 3_000,
        "1" * 5_000,
        "-1",
        "1e999",
        "0001-01-01T00:00:00Z",
    ),
    *(
        "9999-12-31T23:59:59-23:59",
        "${a}",
        "../../x",
        "http://[",
        "sha256:" + "f" * 64,
        [],
        {},
        [[]],
    ),
    *([None], {"": None}, [{}] * 3, {"a": {"b": {}}}),
)
BYTES = (
    *(
        b"",
        b"\0",
        b"\n",
        b"\r\n",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xae",
    ),
    *(
        b"\t",
        b" ",
        b'"',
        b"'",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b">",
        b":",
        b"/",
        b"#",
    ),
    *(
        b"@",
        b"$",
        b"${",
        b"{{",
        b"&",
        b"*",
        b"!",
        b"|",
        b"`",
        b"-",
        b",",
        b"=",
        b"%",
        b"9" * 40,
        b"\x7f",
    ),
)


def mutated(data, random, other=b""):
    """Another input, made of one that means something and perhaps of a second."""
    for _ in range(1 + random.randrange(3)):
        data = random.choice(_WAYS)(data, random, other)[:LONGEST]
    return data


def _flipped(data, random, _other):
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _inserted(data, random, _other):
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(BYTES) * random.choice((1, 1, 2, 40)) + data[at:]


def _without(data, random, _other):
    start, end = _stretch(data, random)
    return data[:start] + data[end:]


def _repeated(data, random, _other):
    start, end = _stretch(data, random)
    return data[:end] + data[start:end] * random.choice((1, 3, 200)) + data[end:]


def _moved(data, random, _other):
    start, end = _stretch(data, random)
    rest = data[:start] + data[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _spliced(data, random, other):
    start, end = _stretch(other, random)
    at, until = _stretch(data, random)
    return data[:at] + other[start:end] + data[until:]


def _lines(data, random, _other):
    lines = data.split(b"\n")
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    if random.random() < 0.5:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines.insert(one, lines[two] if random.random() < 0.5 else b"  " + lines[two])
    return b"\n".join(lines)


def _json(data, random, other):
    """One thing that JSON says is another thing, where there is JSON in it."""
    start = min((at for at in (data.find(b"{"), data.find(b"[")) if at >= 0), default=-1)
    ends = max(data.rfind(b"}"), data.rfind(b"]")) + 1
    end = data.find(b"\0", start)  # of several answers the first
    end = ends if end < 0 else max(data.rfind(b"}", start, end), data.rfind(b"]", start, end)) + 1
    try:
        whole = json.loads(data[start:end]) if start >= 0 else None
    except (ValueError, RecursionError):
        whole = None
    places = list(_places(whole))
    if not places:
        return _inserted(data, random, other)
    holder, key = random.choice(places)
    _change(holder, key, random)
    try:
        return data[:start] + json.dumps(whole).encode() + data[end:]
    except (ValueError, RecursionError):
        return data


def _places(whole):
    todo = [whole]
    while todo:
        holder = todo.pop()
        pairs = (
            holder.items()
            if isinstance(holder, dict)
            else enumerate(holder)
            if isinstance(holder, list)
            else ()
        )
        for key, value in pairs:
            yield holder, key
            todo.append(value)


def _change(holder, key, random):
    way = random.randrange(4)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = [holder[key], holder[key]]
    elif way == 2 and isinstance(holder, dict):
        holder[str(random.choice(ODD))[:40]] = holder.pop(key)
    else:
        holder[key] = random.choice(ODD)


def _stretch(data, random):
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 4, 16, 80, 400)))


_WAYS = (
    *(_flipped, _inserted, _inserted, _without, _without, _repeated, _moved, _spliced, _spliced),
    *(_lines, _lines, _json, _json, _json, _json),
)
