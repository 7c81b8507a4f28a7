"""HTML pages as text: which blocks there are, what each knows, and what is refused rather than lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stripper.sources.page import Page, PageError, read_page
from stripper.sources.page_alignment import article_shares

SENTENCES = [
    "The harbour town of Eastmere opened its new swing bridge on Tuesday morning before a small crowd.",
    "Work had begun four years earlier, after the old crossing was closed to lorries for good.",
    "The mayor said that the bridge would halve the way to the islands, and thanked the engineers.",
    "Fishermen had asked for a wider opening, and the council agreed to it in the second year.",
    "The first ship to pass was a ketch built in the same yard as the bridge's own steel arms.",
]
MENU = "<nav class='top-menu'><ul><li><a href='/a'>News</a></li><li><a href='/b'>Sport</a></li></ul></nav>"


def article(*paragraphs: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs or SENTENCES)
    return (
        "<html><head><title>Bridge opens - Example Herald</title></head><body>"
        f"{MENU}<div id='storyText'><h1>Bridge opens</h1>{body}</div>"
        "<footer><p>Example Herald, Dock Street 1</p></footer></body></html>"
    )


def texts(page: Page) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks]


def blocks_of(body: str) -> list[str]:
    return texts(read_page(f"<html><body>{body}</body></html>"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One</p><p>two</p>", ["One", "two"]),
        ("<p>  One \n\t two&nbsp;&amp; three </p>", ["One two & three"]),
        ("<p>One<br>two</p>", ["One\ntwo"]),
        ("<p>One<br><br>two<br>\n<br>three</p>", ["One", "two", "three"]),
        ("<div>One <b>bold</b> <i>word</i><p>inner</p>after</div>", ["One bold word", "inner", "after"]),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", ["a", "b", "c"]),
        ("<pre>x = 1\n    y = 2\n</pre>", ["x = 1\n    y = 2"]),
        ("<table><tr><th>Year</th><td>Ships</td></tr></table>", ["Year | Ships"]),
        ("<table><tbody><tr><td>1</td><td></td></tr><tr><td>2</td><td>3</td></tr></tbody></table>", ["1", "2 | 3"]),
        ("<table><tr><td><p>left</p></td><td><p>right</p></td></tr></table>", ["left", "right"]),
        ("<p>said<script>var a = 1;</script> so</p><style>p {}</style><template>no</template>", ["said so"]),
        ("<p>a<!-- not this -->b</p><noscript>turn it on</noscript>", ["ab"]),
        ("<select><option>Red</option></select><img alt='A ship'><p>text</p>", ["text"]),
        ("<p>&nbsp;</p><p></p>", []),
        ("plain text", ["plain text"]),
    ],
)  # fmt: skip
def test_blocks(body: str, expected: list[str]) -> None:
    assert blocks_of(body) == expected


def test_blocks_make_the_text() -> None:
    page = read_page(article())
    assert page.title == "Bridge opens - Example Herald"
    assert page.text == "\n\n".join(texts(page))
    assert texts(page) == ["News", "Sport", "Bridge opens", *SENTENCES, "Example Herald, Dock Street 1"]


def test_blocks_know_their_place() -> None:
    page = read_page(article())
    news, headline, first = page.blocks[0], page.blocks[2], page.blocks[3]
    assert (news.tag, news.path, news.marks, news.link_density) == ("li", "nav[1]/ul[1]/li[1]", "top menu", 1.0)
    assert (headline.tag, headline.marks) == ("h1", "story text :headline")
    assert (first.path, first.link_density) == ("div[1]/p[1]", 0.0)


def test_the_article_is_marked() -> None:
    page = read_page(article())
    assert [block.article >= 0.5 for block in page.blocks[3:8]] == [True] * 5
    assert [block.article for block in (page.blocks[0], page.blocks[-1])] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("title", "text", "says"),
    [
        ("Bridge opens - Example Herald", "BRIDGE opens!", True),
        ("Bridge opens - Example Herald", "Example Herald", True),
        ("Bridge opens - Example Herald", "Bridge closes", False),
        ("Bridge opens - Example Herald", "Opens the bridge", False),
        ("Bridge opens - Example Herald", "“Bridge opens”", True),
        ("O", "o", True),
        # Dates fold alike however they begin.
        ("12 March 2024 | Tides", "March 12, 2024", True),
        ("12 March 2024 | Tides", "Tue, 12 March", True),
        # The same letter in one code point and in two, an apostrophe between them or not.
        ("Élan wins the race", "E\u0301lan wins the race", True),
        ("Élan wins the race", "E'\u0301lan wins the race", True),
        ("Elan wins the race", "E\u0301lan wins the race", False),
        ("", "Bridge opens", False),
    ],
)  # fmt: skip
def test_what_says_the_title(title: str, text: str, says: bool) -> None:
    page = read_page(f"<html><head><title>{title}</title></head><body><h1>{text}</h1></body></html>")
    assert [":headline" in block.marks for block in page.blocks] == [says]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One <a href=x>two</a></p>", [3 / 6]),
        ("<p>One <a>two</a></p>", [0]),
        ("<p>One <a href=x> two<br>six </a> ten </p>", [6 / 12]),
        ("<p>One <a href=x>two <b>six</b></a></p>", [6 / 9]),
        ("<div>One <a href=x>two<p>six</p>ten</a> four</div>", [3 / 6, 1, 3 / 7]),
        ("<pre> One <a href=x> two </a></pre>", [5 / 10]),
        ("<table><tr><td>One<td><a href=x>two</a></tr></table>", [3 / 6]),
    ],
)
def test_link_density(body: str, expected: list[float]) -> None:
    page = read_page(f"<html><body>{body}</body></html>")
    assert [block.link_density for block in page.blocks] == expected


@pytest.mark.parametrize("hidden", ["<div hidden>", "<div style='color: red; DISPLAY : none'>"])
def test_hidden_text_is_named_so(hidden: str) -> None:
    page = read_page(article().replace("<footer>", f"{hidden}<p>Folded away</p></div><footer>"))
    found = dict(zip(texts(page), page.blocks, strict=True))
    assert ":hidden" in found["Folded away"].marks.split()
    assert ":hidden" not in found[SENTENCES[0]].marks.split()


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (f"{'<div>' * 300}<p>deep</p>{'</div>' * 300}<p>after</p>", "255 elements deep"),
        (f"<p>{'word ' * 3_000_000}</p>", "too large"),
    ],
)
def test_what_the_parser_would_drop_is_refused(html: str, reason: str) -> None:
    with pytest.raises(PageError, match=reason) as raised:
        read_page(html)
    assert raised.value.advice


def test_limit() -> None:
    assert read_page("<p>short</p>", max_characters=12).text == "short"
    with pytest.raises(PageError, match="13 characters, more than the 12 allowed"):
        read_page("<p>longer</p>", max_characters=12)


def test_depth_below_the_limit_is_read() -> None:
    assert blocks_of(f"{'<div>' * 250}deep{'</div>' * 250}<p>after</p>") == ["deep", "after"]


def test_text_without_an_article_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: None)
    with pytest.raises(PageError, match="no article"):
        read_page(article())
    assert read_page("<p>Moved.</p>").text == "Moved."


@pytest.mark.parametrize(
    "html", ["", "   ", "<!-- nothing -->", "<html></html>", "<frameset><frame src='a'></frameset>"]
)
def test_pages_without_text_are_empty(html: str) -> None:
    assert read_page(html) == Page("", (), "")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>été</p></body></html>', "été"),
        ('<html><head><meta charset="windows-1252"></head><body><p>été</p></body></html>', "été"),
        ("<p>a\ud800b</p>", "a\ufffdb"),
        ("<p>a\x01b&#2;c\x00d\ufffee</p>", "abcde"),
        ("<p>𝔘𝔫𝔦 漢字 🙂</p>", "𝔘𝔫𝔦 漢字 🙂"),
    ],
)
def test_characters(html: str, expected: str) -> None:
    assert read_page(html).text == expected


def test_the_same_page_again_and_again() -> None:
    first = read_page(article())
    assert all(read_page(article()) == first for _ in range(4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<br>", "<td>", "<li>", "<a href=x>", "a b", " ", "<b>", "&lt;", "é", "<pre>", "\n"]), max_size=40).map("".join))  # fmt: skip  # noqa: E501
def test_spans_are_exact(html: str) -> None:
    page = read_page(html)
    assert page.text == "\n\n".join(texts(page))
    assert all(text.strip() for text in texts(page))
    assert all(0 <= block.link_density <= 1 and 0 <= block.article <= 1 for block in page.blocks)


@pytest.mark.parametrize(
    ("blocks", "extracted", "expected"),
    [
        (["News", SENTENCES[0], SENTENCES[1]], f"{SENTENCES[0]}\n{SENTENCES[1]}", [0, 1, 1]),
        # A menu entry that is said in the text is no part of it.
        (["bridge", SENTENCES[0], "bridge"], SENTENCES[0], [0, 1, 0]),
        # A short block is found between its neighbours.
        ([SENTENCES[0], "Old and new", SENTENCES[1]], f"{SENTENCES[0]}\nOld and new\n{SENTENCES[1]}", [1, 1, 1]),
        # Of a text that stands twice, the one among other found blocks is meant.
        ([SENTENCES[1], "Weather", "Traffic", *SENTENCES[:3]], "\n".join(SENTENCES[:3]), [0, 0, 0, 1, 1, 1]),
        (["橋が開いた日の朝", "広告"], "橋が開いた日の朝", [1, 0]),
        ([], "x", []),
        (["a b c d", "***"], "", [0, 0]),
    ],
)
def test_alignment(blocks: list[str], extracted: str, expected: list[int]) -> None:
    assert article_shares(blocks, extracted) == expected


def test_alignment_is_a_share() -> None:
    assert article_shares(["one two three four five six seven"], "one two three four five") == [0.5]
