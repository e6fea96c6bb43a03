#!/usr/bin/env python3
"""Write corpus.jsonl from a git clone (ordinary or bare) of github.com/factbook/factbook.json.

    python3 make_corpus.py PATH_OF_CLONE [OUTPUT [REVISION]]

OUTPUT defaults to corpus.jsonl in the current folder, REVISION to HEAD.
Needs git on the PATH and nothing outside the standard library.
"""
import html
import json
import os
import re
import subprocess
import sys
import unicodedata

MAX_WORDS = 250          # a whole passage
LOCATION_WORDS = 40      # the most that each added field may take
NOTE_WORDS = 55
ECONOMY_WORDS = 50
CLIMATE_WORDS = 40
SHORT = 150              # a passage with fewer words than this also gets its climate

# A full stop after one of these does not end a sentence.
ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|St|Dr|Mr|Mrs|Gen|Lt|Col|Sgt|Jr|Sr|No|ca|c|vs|approx|e\.g|i\.e|B\.C|A\.D|U\.S|U\.N))\.$")


def git(repo, *args):
    inner = os.path.join(repo, ".git")
    where = inner if os.path.exists(inner) else repo
    return subprocess.run(["git", "--git-dir", where, *args], check=True,
                          stdout=subprocess.PIPE).stdout.decode("utf-8")


def plain(text):
    """The text without tags and entities, on one line."""
    text = re.sub(r"</?(?:p|br|div|li|ul)\b[^>]*>", "\n", text, flags=re.I)
    text = re.sub(r"</?[A-Za-z][^>]*>", "", text)
    text = html.unescape(html.unescape(text))
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u2011", "-")
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
    return re.sub(r"\s+", " ", text).strip()


def words(text):
    return len(text.split())


def sentences(text):
    found, start = [], 0
    for m in re.finditer(r"[.!?][\"'\u201d\u2019)]*\s+(?=[\"'(\u201c\u2018]?[A-Z0-9])", text):
        if m.group()[0] == "." and ABBREVIATION.search(text[start:m.start() + 1]):
            continue
        found.append(text[start:m.end()].strip())
        start = m.end()
    found.append(text[start:].strip())
    return [s for s in found if s]


def keep(pieces, limit, joint):
    """As many of the leading pieces as fit into the limit, never none."""
    out = []
    for piece in pieces:
        if out and words(joint.join(out + [piece])) > limit:
            break
        out.append(piece)
    return joint.join(out)


def field(profile, section, name, limit):
    """'Name: text.', cut at a semicolon or a line break of the source, or '' if there is none."""
    value = profile.get(section, {}).get(name)
    raw = value.get("text", "") if isinstance(value, dict) else value or ""
    raw = re.split(r"<br\s*/?>\s*<br\s*/?>", raw)[0]      # the first part: the rest concerns overseas parts
    text = re.sub(r"[\s;]*\bnote(?: \d+)?:\s*", "; ", plain(raw)).strip(" ;")
    if not text:
        return ""
    text = keep(re.split(r";\s*", text), limit, "; ")
    if words(text) > limit:
        text = keep(sentences(text), limit, " ")
    text = text.rstrip(" ;,.")
    return "%s: %s." % (name, text) if text else ""


def passage(profile):
    tail = [field(profile, "Geography", "Location", LOCATION_WORDS),
            field(profile, "Geography", "Geography - note", NOTE_WORDS),
            field(profile, "Economy", "Economic overview", ECONOMY_WORDS)]
    room = MAX_WORDS - sum(map(words, tail))
    background = keep(sentences(plain(profile["Introduction"]["Background"]["text"])), room, " ")
    if words(background) + sum(map(words, tail)) < SHORT:
        tail.insert(1, field(profile, "Geography", "Climate", CLIMATE_WORDS))
    return " ".join(t for t in [background] + tail if t)


def names(repo, revision):
    """Two-letter code -> name, as the project's own lists give them."""
    found = {}
    for listing in ("SUMMARY.md", "README.md"):    # the second is the newer
        for code, name in re.findall(r"^(?:~~)?`([a-z]{2})` (.+)$", git(repo, "show", revision + ":" + listing), re.M):
            found[code] = re.sub(r"\s*\(Sovereign Base\)", "", name).replace("~", "").strip()
    return found


def main(repo, output="corpus.jsonl", revision="HEAD"):
    title_of = names(repo, revision)
    rows = []
    for path in git(repo, "ls-tree", "-r", "--name-only", revision).splitlines():
        m = re.fullmatch(r"([a-z-]+)/([a-z]{2})\.json", path)
        if not m or m.group(1) in ("meta", "world"):
            continue
        profile = json.loads(git(repo, "show", revision + ":" + path))
        title = title_of[m.group(2)]
        ascii_title = unicodedata.normalize("NFD", title).encode("ascii", "ignore").decode().replace("'", "")
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")
        rows.append({"_id": slug, "title": title, "text": passage(profile)})
    rows.sort(key=lambda r: r["_id"])
    assert len({r["_id"] for r in rows}) == len(rows)
    with open(output, "w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    counts = [words(r["text"]) for r in rows]
    print("%d passages, %d to %d words, %.1f on average"
          % (len(rows), min(counts), max(counts), sum(counts) / len(counts)))


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
