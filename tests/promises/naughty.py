"""Strings that have broken programs: each is a text that must come through, whatever stands in it."""

from __future__ import annotations

NAUGHTY = [
    "", " ", "\n", "\r", "\r\n", "\t", "\x0b\x0c", "\x1c\x1d\x1e\x1f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufeff\ufeff",
    "\0", "a\0b", "\x01\x02\x03\x04", "\x1b[31mred\x1b[0m", "\x7f", "\x80\x9f", "\xa0", "\xad", "\u200b\u200c\u200d", "\u2060",
    "\ufffe\uffff", "\ufffd", "\U0010ffff", "\ue000", "\U000e0001", "\ufff9\ufffa\ufffb",
    "null", "None", "NaN", "nil", "undefined", "true", "False", "0", "-0", "1e309", "-1/0", "0x0", "1_000", "١٢٣", "9" * 400,
    '"', "'", "\\", "\\\\", '\\"', "\\u0000", "\\ud800", "\\x00", "{", "}", "[", "]", "{}", "[]", '{"text": "x"}', '"}\n{"text":"y"}',
    "<", ">", "&", "&amp;", "&lt;p&gt;", "<p>", "</p>", "<script>alert(1)</script>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml?>",
    "%s", "%n", "%d%d", "{0}", "{name}", "${HOME}", "$(id)", "`id`", "; id", "| id", "&& id", "../../etc/hosts", "C:\\CON", "/dev/null",
    "'; DROP TABLE t; --", "=1+1", "@SUM(A1)", "+1", "-1", "--", "---", "...", "***", "```", "~~~", "~~~\n```", "```\nopen", "---\na: b\n---\n",
    "+++\n+++", "# ", "> " * 50, "- " * 50, "\\[x\\]", "[x](y)", "![", "||", "\\" * 99, "(" * 99, "[" * 99, "{" * 99,
    "Ω≈ç√∫˜µ≤≥÷", "åß∂ƒ©˙∆˚¬…æ", "ЁЂЃЄЅІЇЈЉЊЋЌЍЎЏ", "⁰⁴⁵₀₁₂", "ด้้้้้็็็็็้้้้้", "田中さん", "パーティー", "和製漢語", "찦차를", "مرحبا", "שלום", "नमस्ते",
    "ͲͶ", "ﷺ", "ﷲ", "ﬃ", "ǅ", "İstanbul", "ı", "ẞ", "ΐ", "Å", "A\u030a", "e\u0301" * 30, "x" + "\u0301" * 300, "\u0301", "\u20dd",
    "👾🙇💁", "👩\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "🇳🇴", "🇳", "0\ufe0f\u20e3", "\U0001f1e6" * 7, "𝕳𝖆𝖗𝖇𝖔𝖚𝖗", "𐐷𐐲𐑌", "ʇxǝʇ",
    "\u202etext\u202c", "\u2066a\u2069", "\u200fab", "\u061c", "a\u202eb\u202dc", "\u180e", "\u3000", "\u00a0\u2007\u202f",
    "\ud800", "\udfff", "\ud83d", "\ude00\ud83d", "a\ud800b", "https://example.com/a?b=c&d=e#f", "http://a:b@example.com", "mailto:a@example.com",
    "© 2024", "©\u202e 2024", "All rights reserved", "All\0rights\0reserved.", "ALL RIGHTS RESERVED. " * 30, "a" * 5000, "a " * 3000, "ab\n" * 1000,
    "\n" * 500, "\r" * 500, " \n" * 300, "." * 1000, "! " * 300, "。" * 300, "\u200b" * 500, "Z" + "\u0335" * 100, "1. " * 300, "A. B. C. " * 50,
]  # fmt: skip
