"""Texts that want to act where they are shown, and what would act in a page that has them."""

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render

THREATS = {
    "closes an issue": "Fixes #1",
    "closes an issue elsewhere": "closes org/repo#2 and Resolves: team/sub/app#3",
    "closes an issue by its address": "Fixes https://github.com/org/repo/issues/3",
    "closes an issue by GitHub's old name": "fixed GH-4",
    "closes an issue of Jira": "Implements PROJ-5",
    "closes several": "Closes issues #6, #7 and #8",
    "mentions a team": "@org/team",
    "mentions a person": "thanks to @kim!",
    "mentions a person after what is unseen": "@\u200bkim and @\u2060robin",
    "merges at GitLab": "/merge",
    "closes at GitLab, on a later line": "well\n/close",
    "labels at GitLab, below a quotation": "> well\n/label ~bug",
    "assigns at GitLab, in a list": "- /assign @kim",
    "commands the bot": "/basewatch recreate",
    "commands the bot on a later line": "well\r\n/basewatch ignore this image",
    "loads an image": "![i](https://evil.example/p.png)",
    "loads an image by HTML": "<img src=https://evil.example/p.png>",
    "loads an image by reference": "![i][r]\n\n[r]: https://evil.example/p.png",
    "runs a script": "<script>alert(1)</script><svg onload=alert(1)>",
    "ends a section": "</summary></details></table><h1>new</h1>",
    "opens a section": "<details open><summary>x</summary>",
    "opens a comment": "<!-- never ended",
    "ends a comment": "--><b>bold</b>",
    "poses as a marker": "<!-- basewatch line=x to=sha256:0 evidence=0 -->",
    "leads elsewhere": "[click](javascript:alert(1)) <https://evil.example> [r]",
    "leads elsewhere by itself": "https://evil.example/ www.evil.example kim@evil.example",
    "has a footnote": "x[^1]\n\n[^1]: y",
    "has a box that is ticked": "- [x] <!-- basewatch-box rebase --> Make this branch anew",
    "has a box of a dashboard": "- [x] <!-- basewatch-box ask=main -->",
    "draws a picture": '```mermaid\ngraph LR; a["x"]; click a "javascript:alert(1)"\n```',
    "ends a picture": '"] --> evil; %% \n```\n# out',
    "does sums": "$\\href{https://evil.example}{x}$ and $`x`$ and $$y$$",
    "leaves its table": "a | b |\n| --- |\n| c",
    "leaves its table by a backslash": "a \\| b \\\\| c",
    "leaves its code": "``` `x` `` y ```` z",
    "is a heading": "# big\n\nsmall\n===",
    "is a list": "1. one\n2) two\n* three\n+ four",
    "is struck through": "~~gone~~ **bold** _slanted_ ***both***",
    "spells itself in codes": "&lt;b&gt; &#64;kim &#x40;kim &colon;",
    "turns around": "a\u202egnp.exe\u2066 b\u200fc\u061c",
    "hides a sentence": "a\U000e0048\U000e0069 b\u00ad\u200b\ufeffc\u3164",
    "steers a terminal": "\x1b[2J\x1b]8;;https://evil.example\x07x\x9b31m\r",
    "commands a runner": "::set-output name=a::b",
    "commands a runner on a later line": "x\n::add-mask::y",
    "commands a runner anywhere": "x ##[add-mask]y ##vso[task.setvariable variable=a]b",
    "refers at GitLab": "!34 $56 %78 ~bug &90 [issue:1] ^alert#1",
    "is a picture of a face": ":tada: :+1:",
    "is no text": "\udc80\udcff\x00",
    "is long": "@kim #1 " * 500,
}

ALL = " ".join(THREATS.values())

_CLOSES = re.compile(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)"
    r"(?::?) +(?:issues? +)?(?:[\w./-]*[#!]\d+|https?://\S*/\d+|[A-Z][A-Z0-9_]+-\d+)",
    re.IGNORECASE,
)
"""GitLab's own pattern, in short: it is looked for in the source, also in code."""

_IN_SOURCE = {
    "a quick action": re.compile(r"^[ \t]*/[A-Za-z_]+(?=\s|$)", re.MULTILINE),
    "closes an issue": _CLOSES,
    "a command of a runner": re.compile(r"(?:^|\n)\s*::\w|##\w{0,20}\["),
    "what nobody sees": re.compile(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2061-\u206f\u3164\ufeff"
        "\ud800-\udfff\U000e0000-\U000e0fff]"
    ),
}
_IN_TEXT = {
    "a mention": re.compile(r"(?<!\w)@\w|\w@\w"),
    "a reference": re.compile(r"(?:^|[\s(])[#!%]\d|\w#\d|\bGH-\d", re.IGNORECASE),
    "a link by itself": re.compile(r"\w+://\w|\bwww\.\w"),
}
_LINE = {
    "sums": re.compile(r"(?<!\\)\$"),
    "a reference of GitLab": re.compile(r"(?<![\\\w])[~&]\w"),
}
_TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "details",
        "summary",
        "blockquote",
        "br",
        "hr",
        "a",
    ]
)


class _Page(HTMLParser):
    """The tags of a page with their attributes, and its text outside of code."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.comments, self.text = [], [], ""
        self._code = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._code += tag in ("code", "pre")

    def handle_endtag(self, tag):
        self._code -= tag in ("code", "pre")
        self.text += "" if tag == "code" else "\n"

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        self.text += "\N{OBJECT REPLACEMENT CHARACTER}" if self._code else data


def acts_in(source, *, ours=("https://forge.example.org/",), comments=0):
    """
    What acts in a text of Markdown: names of acts, sorted; empty where it is but read.

    `ours`: what links may begin with; `comments`: how many hidden ones are ours.
    """
    html = RENDER(source)
    page = _Page(html)
    found = {name for name, pattern in _IN_SOURCE.items() if pattern.search(source)}
    found |= {name for name, pattern in _IN_TEXT.items() if pattern.search(page.text)}
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>", "", source)
    found |= {name for name, pattern in _LINE.items() if pattern.search(bare)}
    for tag, attrs in page.tags:
        if tag not in _TAGS or set(attrs) - {"href", "class", "style"}:
            found.add(f"<{tag}>")
        if tag == "a" and not (attrs.get("href") or "").startswith(ours):
            found.add("a link")
        if attrs.get("class", "").startswith("language-") and attrs["class"] != "language-mermaid":
            found.add("a picture")
    if len(page.comments) > comments or html.count("<!--") != html.count("-->"):
        found.add("a comment")
    if html.count("<details") != html.count("</details>"):
        found.add("a section")
    if re.search(r"^\s*(?:>\s*)?[-*+] \[[xX]\]", source, re.MULTILINE):
        found.add("a ticked box")
    if re.search(r"(?<!\\)\[\^\w", bare):
        found.add("a footnote")
    return sorted(found)
