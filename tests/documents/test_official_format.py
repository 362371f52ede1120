"""GB/T 9704 as it comes out of the printed page."""

import itertools
import os
import subprocess
import sys
from io import BytesIO

import pymupdf
import pytest
from fontTools.ttLib import TTFont

from xianan.documents import fonts
from xianan.documents.checks import check_printing
from xianan.documents.pdf import render, render_html, render_pdf

MM = 72 / 25.4
BODY = "各部门应当按照应领尽领宜接则接的原则研究下放"


def paper(**data):
    return render_pdf("documents/paper.html", data)


def paragraph(signs: int) -> dict:
    return {"kind": "paragraph", "text": (BODY * (signs // len(BODY) + 1))[:signs]}


def is_page_number(text: str) -> bool:
    return "—" in text


def test_a_page_holds_22_lines_of_28_characters(lines):
    pages = lines(paper(blocks=[paragraph(22 * 28 * 3)]))
    body = [[text for text, _ in page if not is_page_number(text)] for page in pages]
    assert [len(page) for page in body[:3]] == [22, 22, 22]
    assert [len(line) for line in body[1]] == [28] * 22
    # Two characters of indent on the first line of a paragraph.
    assert [len(line) for line in body[0]] == [26] + [28] * 21


def test_the_text_block_keeps_the_margins(lines):
    page = lines(paper(blocks=[paragraph(22 * 28 * 2)]))[1]
    boxes = [box for text, box in page if not is_page_number(text)]
    assert min(box[0] for box in boxes) == pytest.approx(28 * MM, abs=0.5)
    assert max(box[2] for box in boxes) == pytest.approx((210 - 26) * MM, abs=1)
    centres = [(box[1] + box[3]) / 2 for box in boxes]
    step = 225 * MM / 22
    assert centres[0] == pytest.approx(37 * MM + step / 2, abs=3)
    assert [b - a for a, b in itertools.pairwise(centres)] == pytest.approx([step] * 21, abs=0.1)
    assert centres[-1] < (297 - 35) * MM


def test_page_numbers_stand_outside_below_the_text(lines):
    pages = lines(paper(blocks=[paragraph(22 * 28 * 3)]))
    numbers = [next((text, box) for text, box in page if is_page_number(text)) for page in pages]
    assert [text for text, _ in numbers[:3]] == ["— 1 —", "— 2 —", "— 3 —"]
    right, left = numbers[0][1], numbers[1][1]
    assert right[2] == pytest.approx((210 - 26) * MM - 14, abs=1.5)
    assert left[0] == pytest.approx(28 * MM + 14, abs=1.5)
    assert right[1] > (297 - 35 + 6) * MM


def test_head_title_and_levels_have_their_fonts_and_sizes():
    pdf = paper(
        issuer="咸安区人民政府办公室文件",
        number="咸政办发〔2026〕1号",
        title="关于做好街道赋权工作的通知",
        blocks=[
            {"kind": "heading", "text": "一、总体要求"},
            {"kind": "subheading", "text": "（一）基本原则"},
            {"kind": "paragraph", "text": BODY},
        ],
    )
    page = pymupdf.open(stream=pdf)[0]
    spans = {
        span["text"]: span
        for block in page.get_text("dict")["blocks"]
        for line in block.get("lines", ())
        for span in line["spans"]
    }
    title = spans["关于做好街道赋权工作的通知"]
    assert title["size"] == pytest.approx(22, abs=0.1)
    middle = (title["bbox"][0] + title["bbox"][2]) / 2
    assert middle == pytest.approx((28 + 156 / 2) * MM, abs=1)
    issuer = spans["咸安区人民政府办公室文件"]
    assert issuer["color"] == 0xD7000F
    assert issuer["bbox"][1] > (37 + 30) * MM
    assert spans["一、总体要求"]["font"] != spans[BODY]["font"] != spans["（一）基本原则"]["font"]
    assert spans[BODY]["size"] == pytest.approx(15.75, abs=0.05)
    red = [
        shape for shape in page.get_drawings() if (shape.get("fill") or shape.get("color") or (0,))[0] > 0.8
    ]
    assert red and red[0]["rect"].width == pytest.approx(156 * MM, abs=1)


def test_rare_characters_of_names_are_really_drawn(text_of):
    pdf = paper(title="任职名单", blocks=[{"kind": "paragraph", "text": f"经办人：{fonts.RARE}"}])
    assert fonts.RARE in text_of(pdf)
    page = pymupdf.open(stream=pdf)[0]
    for sign in fonts.RARE:
        box = page.search_for(sign)[0]
        pixels = page.get_pixmap(clip=box, dpi=150)
        assert min(pixels.samples) < 128, f"{sign} is blank"
    used = {name for _, _, _, name, *_ in page.get_fonts()}
    assert not any("LastResort" in name or "DejaVu" in name for name in used)


def test_a_wide_table_turns_the_page_and_repeats_its_head(text_of):
    pdf = paper(
        blocks=[
            paragraph(28),
            {
                "kind": "table",
                "wide": True,
                "title": "附件：事项一览表",
                "columns": [{"label": "序号", "width": "10%"}, {"label": "事项名称"}],
                "rows": [[str(number), f"第{number}项"] for number in range(1, 61)],
                "footer": ["合计", "60项"],
                "fill_in": ["填表人", "审核人", "单位负责人（盖章）", "日期"],
            },
        ]
    )
    document = pymupdf.open(stream=pdf)
    assert [page.rect.width > page.rect.height for page in document] == [False] + [True] * (len(document) - 1)
    assert len(document) > 2
    assert all("事项名称" in page.get_text() for page in list(document)[1:])
    text = text_of(pdf)
    assert text.count("合计60项") == 1 and "单位负责人（盖章）：" in text


def test_identical_input_gives_identical_bytes_in_another_process_too():
    source = (
        "import sys, django; django.setup();"
        "from xianan.documents.pdf import render_pdf, Mark;"
        "sys.stdout.buffer.write(render_pdf('documents/paper.html', {'title': '通知', 'blocks': ["
        "{'kind': 'paragraph', 'text': '一致性'}]}, mark=Mark('AB', 'http://x/', 'http://x/AB')))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", source],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0].startswith(b"%PDF-") and runs[0] == runs[1]


def test_it_is_archival_and_every_font_is_embedded():
    pdf = paper(title="通知", blocks=[paragraph(30)])
    document = pymupdf.open(stream=pdf)
    assert 'pdfaid:part="3"' in document.get_xml_metadata() or "<pdfaid:part>3" in document.get_xml_metadata()
    for xref, extension, *_ in document[0].get_fonts():
        assert extension != "n/a", f"font {xref} is not embedded"


def test_nothing_is_fetched_from_outside(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("p { display: none }", encoding="utf-8")
    html = (
        f'<html><link rel="stylesheet" href="{secret.as_uri()}"><img src="http://127.0.0.1:9/a.png">'
        f'<img src="{secret.as_uri()}"><p>正文</p></html>'
    )
    assert "正文" in pymupdf.open(stream=render_html(html).pdf)[0].get_text()


def test_the_template_says_where_each_party_signs():
    rendered = render(
        "documents/paper.html",
        {
            "letter": "确认书",
            "blocks": [paragraph(22 * 28)],
            "parties": [
                {"key": "a", "label": "甲方", "name": "甲局"},
                {"key": "b", "label": "乙方", "name": "乙街道"},
            ],
        },
    )
    assert set(rendered.places) == {"a", "b"}
    first, second = rendered.places["a"], rendered.places["b"]
    assert first.page == second.page == rendered.pages - 1
    assert first.width == pytest.approx(78 * MM, abs=0.5) and second.x == pytest.approx(
        first.x + first.width, abs=0.5
    )
    page = pymupdf.open(stream=rendered.pdf)[first.page]
    box = page.search_for("乙街道")[0]
    top = page.rect.height - second.y - second.height
    assert second.x - 1 <= box.x0 and top - 1 <= box.y0 and box.y1 <= top + second.height


def test_start_up_is_quiet_when_all_fonts_are_there():
    assert check_printing(None) == []


def test_a_missing_font_is_named_at_start_up():
    findings = fonts.look({"正文": ("没有这种字体",), "标题": ("FandolSong",)})
    messages = [finding.message for finding in findings if not finding.ok]
    assert len(messages) == 2
    assert "没有这种字体" in messages[0] and "生僻字" in messages[1]


def test_characters_of_embedded_fonts_are_numbered_as_the_page_names_them():
    # Readers that keep to the standard would draw blanks otherwise; 犇 and 、 lie late in their fonts.
    pdf = paper(title="犇", blocks=[{"kind": "paragraph", "text": f"犇、{fonts.RARE}abc"}])
    document = pymupdf.open(stream=pdf)
    for xref, *_ in document[0].get_fonts():
        name, extension, _, content = document.extract_font(xref)
        assert extension == "otf", name
        order = TTFont(BytesIO(content)).getGlyphOrder()
        assert order[1:] == [f"cid{number:05d}" for number in range(1, len(order))], name
