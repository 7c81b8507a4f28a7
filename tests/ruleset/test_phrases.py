"""Phrases: what their parts are, and what folded text they hold for."""

from __future__ import annotations

import re

import pytest

from stripper.normalize import fold
from stripper.ruleset import phrases

# phrase: texts it holds for, texts it does not.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "all rights reserved": (
        ["All rights reserved.", "© 2024 — ALL RIGHTS  RESERVED", "all\nrights, reserved"],
        ["rights reserved", "overall rights reserved", "all rights reservedly", "all the rights reserved"],
    ),
    "Don’t miss out!": (["don't miss out", "DONT MISS OUT"], ["do not miss out"]),
    "page 12 of 340": (["Page 1 of 2"], ["page one of two"]),
    "{subscribe|sign up} to our newsletter": (
        ["Subscribe to our newsletter", "Sign up to our newsletter!"],
        ["sign to our newsletter", "to our newsletter"],
    ),
    "our {free|weekly|} newsletter": (
        ["our newsletter", "our free newsletter", "our weekly newsletter"],
        ["our free weekly newsletter", "ournewsletter", "our daily newsletter"],
    ),
    "{the |}publisher{s|} {of record|}": (
        ["publisher", "the publishers", "publishers of record", "publisher of record today"],
        ["republisher", "publishersof record"],
    ),
    "sign up {today|}": (["sign up", "Sign up today", "please sign up now"], ["sign upwards"]),
    "not … advice": (
        ["not advice", "not legal advice", "not a b c d e f g h advice"],
        ["not a b c d e f g h i advice", "nothing advice", "advice not", "not advices"],
    ),
    "not ... advice": (["not in any way advice"], ["not to be advised"]),
    "views … authors … not … publisher": (
        ["The views are the author's own and not those of the publisher", "views, authors: not publisher"],
        ["publisher views authors not"],
    ),
    "{may contain|contains … of} nuts": (
        ["may contain nuts", "contains traces of nuts", "contains of nuts"],
        ["may contain traces of nuts", "contains nuts"],
    ),
    "投資助言ではありません": (["これは投資助言ではありません。", "投資助言 ではありません"][:1], ["投資助言です"]),
    "本网站…责任": (["本网站不承担任何责任。"], ["本网站对于任何第三方内容均不责任"]),
    "{版权所有|保留所有权利}": (["示例公司版权所有", "保留所有权利。"], ["版权"]),
    "newsletter 登録": (["Newsletter 登録はこちら"], ["newsletters 登録"]),
    "newsletter": (["登録newsletter登録", "The newsletter"], ["newsletters", "enewsletter"]),
    "สงวนลิขสิทธิ์": (["ขอสงวนลิขสิทธิ์ทุกประการ"], ["ลิขสิทธิ์"]),
    "все права защищены": (["© 2024. Все права защищены."], ["все права не защищены"]),
    "جميع الحقوق محفوظة": (["جميع الحقوق محفوظة ٢٠٢٤"], ["الحقوق محفوظة"]),
    "İstanbul ofisi": (["İstanbul ofisi"], ["ofisi"]),
    "straße": (["STRASSE", "Straße"], ["strasses"]),
    "©": (["© 2024"], ["(c) 2024"]),
}


@pytest.mark.parametrize("phrase", CASES)
def test_phrase(phrase: str) -> None:
    pattern = re.compile(phrases.pattern(phrases.parse(phrase)))
    holds, not_ = CASES[phrase]
    for text in holds:
        assert pattern.search(f" {fold(text)} "), text
    for text in not_:
        assert not pattern.search(f" {fold(text)} "), text


def test_parts() -> None:
    assert phrases.parse("Not {a|bb|} … 12 {c … d|e}!") == ("not ", ("bb", "a", ""), None, "0 ", ("c…d", "e"))


WRONG = {
    "a {b": "do not pair",
    "a b|c}": "do not pair",
    "{a|{b|c}}": "do not pair",
    "{a}": "one alternative only",
    "{|}": "folds to no words",
    "{-|*}": "folds to no words",
    "…": "words on both sides",
    "… a": "words on both sides",
    "a …": "words on both sides",
    "a … … b": "words on both sides",
    "a … {b|}": "words on both sides",
    "a {b …|c}": "words on both sides",
    "***": "folds to no words",
    "{a|}": "folds to no words",
}


@pytest.mark.parametrize(("phrase", "what"), WRONG.items())
def test_wrong(phrase: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        phrases.parse(phrase)
