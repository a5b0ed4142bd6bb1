"""Write a bbolt database file: nested buckets of small values, enough for a Trivy database.

The format is that of https://github.com/etcd-io/bbolt/blob/main/internal/common/page.go.
"""

import struct

PAGE = 4096
MAGIC, VERSION = 0xED0CDAED, 2
BRANCH, LEAF, META, FREELIST = 1, 2, 4, 16
BUCKET = 1  # the flag of a leaf element whose value is a bucket
HEADER = struct.Struct("<QHHI")  # id, flags, count, overflow
ELEMENT = struct.Struct("<IIII")  # flags, position, key size, value size
ROOT = struct.Struct("<QQ")  # of a bucket: its page, its sequence


def written(buckets):
    """The bytes of a database; a value is bytes or, for a bucket, a mapping of its own."""
    pages = {}  # by number, each with its overflow
    free = [3]  # the next number: two metas and the free list come first

    def store(entries):
        elements = []
        for key, value in sorted((key.encode(), value) for key, value in entries.items()):
            if isinstance(value, dict):
                elements.append((BUCKET, key, ROOT.pack(store(value), 0)))
            else:
                elements.append((0, key, value))
        return leaf(elements)

    def leaf(elements):
        heads, bodies = b"", b""
        for n, (flags, key, value) in enumerate(elements):
            here = HEADER.size + n * ELEMENT.size
            there = HEADER.size + len(elements) * ELEMENT.size + len(bodies)
            heads += ELEMENT.pack(flags, there - here, len(key), len(value))
            bodies += key + value
        size = HEADER.size + len(heads) + len(bodies)
        count = -(-size // PAGE)
        number = free[0]
        free[0] += count
        page = HEADER.pack(number, LEAF, len(elements), count - 1) + heads + bodies
        pages[number] = page.ljust(count * PAGE, b"\0")
        return number

    root = store(buckets)
    head = [meta(n, root, free[0]) for n in (0, 1)]
    return b"".join(
        [
            *head,
            HEADER.pack(2, FREELIST, 0, 0).ljust(PAGE, b"\0"),
            *(pages[n] for n in sorted(pages)),
        ]
    )


def meta(number, root, high):
    body = struct.pack("<IIII", MAGIC, VERSION, PAGE, 0) + ROOT.pack(root, 0)
    body += struct.pack("<QQQ", 2, high, number)
    page = HEADER.pack(number, META, 0, 0) + body + struct.pack("<Q", fnv(body))
    return page.ljust(PAGE, b"\0")


def fnv(data):
    """FNV-1a of 64 bits."""
    found = 0xCBF29CE484222325
    for byte in data:
        found = (found ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return found
