"""The text of a whole page: which texts pass for one, in many scripts, and what of it is the article."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripper.api import Stripper
from stripper.judge import OUTSIDE
from stripper.model import Block, Document
from stripper.page_text import WEIGHTS, is_page_text, outside
from stripper.page_text_signs import Signs, style
from stripper.segment import segments


@dataclass(frozen=True)
class Page:
    """An invented page: what stands above its article, the article, and what stands below."""

    menu: str
    title: str
    prose: tuple[str, ...]
    teasers: str
    footer: str

    @property
    def above(self) -> list[str]:
        return self.menu.split("/")

    @property
    def below(self) -> list[str]:
        return [*self.teasers.split("/"), *self.menu.split("/"), *self.footer.split("/")]

    @property
    def text(self) -> str:
        return "\n\n".join([*self.above, self.title, *self.prose, *self.below]) + "\n"


PAGES = {
    "English": Page(
        "Home/News/Sport/Weather/Harbour/Letters/Jobs/Log in/RSS",
        "Harbour bell to ring again after ninety years",
        (
            "The bell that warned the boats of Lower Fenwick off the bar will ring again in May, the harbour board said on "
            "Tuesday, ninety years after it fell silent.",
            "Divers found it under the old pier last summer, whole but for its clapper, and the foundry at Orrin has cast a "
            "new one after a drawing that the sexton kept.",
            "It will hang in the tower of the fish market, because the pier no longer bears its weight. The board expects "
            "the first ringing to draw more people than the regatta did.",
        ),
        "Most read/Ferry timetable changes in June/Two gulls and a wedding cake/The last of the lamp trimmers/Comments (4)",
        "Facebook/Twitter/Contact | About | Privacy/© 2024 The Fenwick Example",
    ),
    "Greek": Page(
        "Αρχική/Νέα/Αθλητικά/Καιρός/Λιμάνι/Επιστολές/Εργασία/Σύνδεση/RSS",
        "Η καμπάνα του λιμανιού θα χτυπήσει ξανά",
        (
            "Η καμπάνα που προειδοποιούσε τις βάρκες του Κάτω Φανού θα χτυπήσει ξανά τον Μάιο, ανακοίνωσε την Τρίτη η "
            "επιτροπή του λιμανιού, ενενήντα χρόνια αφότου σίγησε.",
            "Δύτες τη βρήκαν κάτω από την παλιά προβλήτα το περασμένο καλοκαίρι, ακέραιη εκτός από τη γλώσσα της, και το "
            "χυτήριο έφτιαξε καινούργια από ένα σχέδιο που κρατούσε ο νεωκόρος.",
            "Θα κρεμαστεί στον πύργο της ψαραγοράς, γιατί η προβλήτα δεν αντέχει πια το βάρος της. Η επιτροπή περιμένει "
            "περισσότερο κόσμο από όσο στη λεμβοδρομία.",
        ),
        "Δημοφιλή/Αλλαγές στα δρομολόγια τον Ιούνιο/Δύο γλάροι και μια τούρτα/Οι τελευταίοι φανοκόροι/Σχόλια (4)",
        "Facebook/Twitter/Επικοινωνία | Ποιοι είμαστε | Όροι/© 2024 Το Παράδειγμα",
    ),
    "Chinese": Page(
        "首页/新闻/体育/天气/港口/读者来信/招聘/登录/RSS",
        "港口大钟九十年后将再次敲响",
        (
            "港务局星期二宣布，曾经提醒渔船避开浅滩的大钟将于五月再次敲响，距离它最后一次响起已有九十年。港务局说，"
            "镇上仍有三位老人记得它的声音。",
            "去年夏天，潜水员在旧码头下面找到了这口钟，除了钟舌以外完好无损。铸造厂根据教堂司事保存的一张图纸，"
            "重新铸造了一个钟舌。",
            "因为码头已经承受不住它的重量，大钟将挂在鱼市的塔楼上。港务局预计，前来听第一声钟响的人会比划船比赛"
            "的观众还要多。",
        ),
        "热门文章/六月渡轮时刻表变更/两只海鸥和一个婚礼蛋糕/最后的点灯人/评论 (4)",
        "微博/微信/联系我们 | 关于 | 隐私/© 2024 示例晚报",
    ),
    "Japanese": Page(
        "ホーム/ニュース/スポーツ/天気/港/投書/求人/ログイン/RSS",
        "港の鐘、九十年ぶりに鳴る",
        (
            "浅瀬を船に知らせていた港の鐘が五月に再び鳴ることになったと、港湾局が火曜日に発表した。鐘が最後に鳴ってから"
            "九十年になる。",
            "鐘は去年の夏、古い桟橋の下で潜水士が見つけた。舌のほかは無傷で、鋳物工場が寺男の残した図面をもとに新しい舌を"
            "鋳造した。",
            "桟橋はもう重さに耐えられないため、鐘は魚市場の塔に吊るされる。港湾局は、最初の音を聞きに来る人がボート競走の"
            "観客より多くなると見ている。",
        ),
        "人気記事/六月の渡し船の時刻変更/二羽のカモメと結婚式のケーキ/最後の灯火係/コメント (4)",
        "Facebook/Twitter/連絡先 | 会社概要 | 規約/© 2024 見本新聞",
    ),
    "Thai": Page(
        "หน้าแรก/ข่าว/กีฬา/อากาศ/ท่าเรือ/จดหมาย/งาน/เข้าสู่ระบบ/RSS",
        "ระฆังท่าเรือจะดังอีกครั้งหลังเก้าสิบปี",
        (
            "คณะกรรมการท่าเรือแถลงเมื่อวันอังคารว่าระฆังที่เคยเตือนเรือประมงให้หลีกสันดอนจะดังอีกครั้งในเดือนพฤษภาคม เก้าสิบปีหลังจากที่มันเงียบไป",
            "นักดำน้ำพบระฆังใต้สะพานท่าเรือเก่าเมื่อฤดูร้อนปีที่แล้ว สภาพสมบูรณ์ยกเว้นลูกตุ้ม และโรงหล่อได้หล่อลูกตุ้มใหม่ตามแบบที่คนดูแลโบสถ์เก็บไว้",
            "ระฆังจะแขวนไว้ที่หอตลาดปลาเพราะสะพานท่าเรือรับน้ำหนักไม่ไหวแล้ว คณะกรรมการคาดว่าคนจะมาฟังเสียงแรกมากกว่าคนที่มาดูแข่งเรือ",
        ),
        "ยอดนิยม/เปลี่ยนตารางเรือข้ามฟาก/นกนางนวลสองตัวกับขนมเค้ก/คนจุดตะเกียงคนสุดท้าย/ความเห็น (4)",
        "Facebook/Twitter/ติดต่อ | เกี่ยวกับเรา | นโยบาย/© 2024 ตัวอย่างรายวัน",
    ),
    "Arabic": Page(
        "الرئيسية/أخبار/رياضة/طقس/الميناء/رسائل/وظائف/دخول/RSS",
        "جرس الميناء يدق من جديد بعد تسعين عاما",
        (
            "أعلن مجلس الميناء يوم الثلاثاء أن الجرس الذي كان يحذر القوارب من الحاجز الرملي سيدق من جديد في شهر مايو، بعد "
            "تسعين عاما من الصمت.",
            "عثر عليه الغواصون تحت الرصيف القديم في الصيف الماضي، سليما إلا لسانه، وصب المسبك لسانا جديدا على رسم احتفظ به "
            "حارس الكنيسة طوال حياته.",
            "سيعلق في برج سوق السمك لأن الرصيف لم يعد يتحمل وزنه. ويتوقع المجلس أن يأتي لسماع أول دقة عدد أكبر ممن جاؤوا "
            "لسباق القوارب.",
        ),
        "الأكثر قراءة/تغيير مواعيد العبارة في يونيو/نورسان وكعكة زفاف/آخر موقدي المصابيح/تعليقات (4)",
        "Facebook/Twitter/اتصل بنا | من نحن | الخصوصية/© 2024 صحيفة المثال",
    ),
    "Hindi": Page(
        "मुखपृष्ठ/समाचार/खेल/मौसम/बंदरगाह/पत्र/नौकरी/लॉग इन/RSS",
        "नब्बे साल बाद फिर बजेगा बंदरगाह का घंटा",
        (
            "बंदरगाह समिति ने मंगलवार को बताया कि नावों को रेत के टीले से सावधान करने वाला घंटा नब्बे साल की चुप्पी के बाद मई में फिर बजेगा।",
            "गोताखोरों को यह पिछली गर्मियों में पुराने घाट के नीचे मिला, केवल उसकी जीभ टूटी थी, और ढलाईघर ने सेवक के रखे हुए चित्र से "
            "नई जीभ ढाली है।",
            "घंटा मछली बाज़ार की मीनार पर लटकेगा, क्योंकि घाट अब उसका भार नहीं सह सकता। समिति को आशा है कि पहली ध्वनि सुनने नौका दौड़ "
            "से अधिक लोग आएँगे।",
        ),
        "सबसे अधिक पढ़े गए/जून में नौका की समय सारणी/दो समुद्री पक्षी और एक केक/अंतिम दीप जलाने वाले/टिप्पणियाँ (4)",
        "Facebook/Twitter/संपर्क | हमारे बारे में | गोपनीयता/© 2024 उदाहरण पत्र",
    ),
}


def spans(text: str) -> list[tuple[int, int]]:
    return [segment[:2] for segment in segments(text) if segment.level == "paragraph"]


def passes(text: str) -> bool:
    return is_page_text(Document(text), spans(text))


def gone(text: str) -> list[str]:
    found = spans(text)
    nothing = [0.0] * len(found)
    return [text[out.start : out.end] for out in outside(text, found, nothing, nothing)]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_text_of_a_page_passes_and_its_article_does_not(page: Page) -> None:
    assert passes(page.text)
    assert not passes("\n\n".join([page.title, *page.prose]))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_title_and_prose_stay_and_menus_go(page: Page) -> None:
    cut = gone(page.text)
    assert [part for part in (page.title, *page.prose) if part in cut] == []
    assert [part for part in page.above if part not in cut] == []
    # The line right under the prose may be its last heading: it stays where nothing else speaks.
    assert [part for part in page.below[1:] if part not in cut] == []


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_strip_names_what_it_cut_and_the_next_finds_no_more(page: Page) -> None:
    once = stripper().strip(page.text)
    assert all(part in once.text for part in (page.title, *page.prose))
    assert OUTSIDE in {removal.category for removal in once.removals}
    assert all("whole page" in r.reason for r in once.removals if r.category == OUTSIDE)
    assert stripper().strip(once.text).removals == ()
    assert not passes(once.text)


PROSE = list(PAGES["English"].prose)
VERSE = [
    "O the bell, the bell of Fenwick",
    "it rang the boats from sea",
    "it rang for my true lover",
    "and it never rang for me",
]
SOLD = ["flour", "salt", "cream", "dill", "mustard"] * 5
COVER = ["UNITED HARBOURS COMMISSION", "FORM 12-H", "(Mark One)", "Orrin, (555) 010-2030"]
CONTACT = ["Media contact", "A. Ashdown", "0555 010 203", "bell@example.com"]
MANY = range(30)

NO_PAGES = {
    "a recipe": ["Smoked haddock pie", "Serves four", *[f"{n} spoons of {sold}" for n, sold in enumerate(SOLD)], *PROSE],
    "verse": [*VERSE * 8, *PROSE],
    "minutes": ["Minutes of the board", "Present", *[f"Member {chr(65 + n)}. Ashdown" for n in range(24)], "None", *PROSE],
    "a filing": [*COVER, *[f"Item {n} of the registrant" for n in MANY], *PROSE, "Signatures", "Chief Officer", "Copyright"],
    "a standard": ["Fog bells", "Copyright (C) The Bell Society", *[f"{n}.1. Bells and boats" for n in MANY], *PROSE],
    "a transcript": [part for n in range(12) for part in ("ASHDOWN", PROSE[n % 3], "CHAIR", "Thank you")],
    "questions": [part for n in range(14) for part in (f"What rings at {n} o'clock, and why so late", PROSE[n % 3])],
    "a dictionary": [part for n in MANY for part in (f"bell {n}", "noun", "A hollow thing of bronze that rings.")],
    "a table": [*PROSE, *[cell for n in MANY for cell in (f"Boat {n}", f"{n}:30", f"{n * 7}", "Fenwick")]],
    "a log": [*[f"2024-05-0{n % 9} 10:{n + 10}:00 INFO bell {n} rang" for n in MANY], *PROSE],
    "code": [*PROSE, *[f"ring(bell_{n}, times={n});" for n in MANY], "© The Bell Society", "Facebook", "Twitter"],
    "a book": ["The Pilot's Lamp", "Contents", *[f"Chapter {n} of the lamp" for n in MANY], *PROSE * 6, "The End"],
    "a list": [f"Bell of {name}" for name in ("Fenwick", "Orrin", "Hallin", "Skerrow")] * 8,
    "a press release": ["Media release", "12 May 2024", "Harbour bell to ring again", *PROSE * 2, *CONTACT],
    "an article with a footer": [*PROSE * 3, "Share on Facebook", "Twitter", "Comments (4)", "© 2024 The Fenwick Example"],
    "nothing": [],
}


@pytest.mark.parametrize("parts", NO_PAGES.values(), ids=NO_PAGES)
@pytest.mark.parametrize("parting", ["\n\n", "\n"], ids=["blank lines", "lines"])
def test_other_texts_do_not_pass(parts: list[str], parting: str) -> None:
    assert not passes(parting.join(parts))


def test_what_was_set_by_hand_does_not_pass() -> None:
    text = PAGES["English"].text
    assert not passes(text.replace("\n\n", "\n\n   "))
    assert not is_page_text(Document(text, kind="markdown"), spans(text))
    block = Block(0, 10, "p", "p[1]", "", 0.0, 1.0)
    assert not is_page_text(Document(text, kind="html", blocks=(block,)), spans(text))


def test_keep_rules_and_protected_spans_hold() -> None:
    text = PAGES["English"].text
    at = text.index("Two gulls")
    kept = stripper().strip(Document(text, protected=((at, at + 5),)))
    assert "Two gulls and a wedding cake" in kept.text
    assert "The last of the lamp trimmers" not in kept.text


def test_the_category_can_be_spared() -> None:
    assert "The last of the lamp trimmers" in Stripper(keep=[OUTSIDE]).strip(PAGES["English"].text).text


def test_reasons_are_words_and_every_sign_has_its_weight() -> None:
    text = PAGES["English"].text
    found = spans(text)
    nothing = [0.0] * len(found)
    reasons = {text[out.start : out.end]: out.reason for out in outside(text, found, nothing, nothing)}
    assert reasons["© 2024 The Fenwick Example"].endswith("a copyright line, an address or a call to share")
    assert set(Signs([text[a:b] for a, b in found], nothing, nothing).columns) == set(WEIGHTS)
    assert set(Signs([], [], []).columns) == set(WEIGHTS)


STYLES = {
    "A bell rang over the water, and nobody came to see why.": (True, False),
    "Home": (False, True),
    "港務局星期二宣布大鐘將再次敲響，鎮上的老人都很高興。": (True, False),
    "首页": (False, True),
    "2024": (False, False),
}


@pytest.mark.parametrize(("text", "expected"), STYLES.items(), ids=STYLES)
def test_style(text: str, expected: tuple[bool, bool]) -> None:
    assert (style(text).ends, style(text).short) == expected


LINES = [part for page in (PAGES["English"], PAGES["Chinese"]) for part in (*page.above, *page.prose, *page.below)]


@given(st.lists(st.sampled_from(LINES), min_size=25, max_size=90), st.sampled_from(["\n\n", "\n"]))
def test_any_page_stripped_twice_is_stripped_once(parts: list[str], parting: str) -> None:
    text = parting.join([*PAGES["English"].above, *parts, *PAGES["English"].below])
    once = stripper().strip(text)
    assert stripper().strip(once.text).removals == ()


@cache
def stripper() -> Stripper:
    return Stripper()
