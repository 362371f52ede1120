"""What is taken and what is refused, each with the sentence that the person reads."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.documents.attachments import papers
from xianan.core.errors import DomainError
from xianan.documents.attachments import IMAGES, OFFICE, PAPERS, SCANS, ZIP
from xianan.documents.attachments.intake import judge
from xianan.documents.attachments.kinds import ALL

pytestmark = pytest.mark.sqlite
MEGABYTE = 1024 * 1024


def take(data, name, accept=ALL, largest=20 * MEGABYTE):
    return judge(data, name, accept=accept, largest=largest, field="file_x")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (papers.pdf(), "执法证.pdf", "pdf"),
        (papers.pdf(owner="限制打印"), "限制打印.PDF", "pdf"),
        (b"\r\n" + papers.pdf(), "扫描仪.pdf", "pdf"),
        (papers.picture(), "照片.jpg", "jpeg"),
        (papers.picture(progressive=True), "照片.JPEG", "jpeg"),
        (papers.picture("PNG"), "截图.png", "png"),
        (papers.docx(), "说明.docx", "docx"),
        (papers.xlsx(), "名册.xlsx", "xlsx"),
        (papers.pptx(), "课件.pptx", "pptx"),
        (papers.xls(), "旧表.xls", "xls"),
        (papers.doc(), "旧文.doc", "doc"),
        (papers.zipped({"课件/第一课.pdf": papers.pdf()}), "材料.zip", "zip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_of_the_office_are_taken_by_what_they_hold(data, name, kind):
    assert take(data, name).kind.key == kind


SIX = "X" * 6
REFUSED = {
    "nothing in it": (b"", "空.pdf", SCANS, "empty", "“空.pdf”是空文件，没有内容。核对后重新选择。"),
    "too large": (
        b"%PDF-" + b"0" * (20 * MEGABYTE),
        "大.pdf",
        SCANS,
        "too_big",
        "“大.pdf”有 20.0 MB，超过 20 MB。压缩图片或降低扫描分辨率后上传。",
    ),
    "a path in the name": (
        papers.pdf(),
        "../../etc/甲.pdf",
        SCANS,
        "bad_name",
        "“../../etc/甲.pdf”的文件名带有路径。文件名中去掉斜线后重新上传。",
    ),
    "a path of Windows": (papers.pdf(), "C:\\甲.pdf", SCANS, "bad_name", "的文件名带有路径。"),
    "a control character": (
        papers.pdf(),
        "甲\x00.pdf",
        SCANS,
        "bad_name",
        "“甲□.pdf”的文件名带有看不见的控制字符。重新命名后上传。",
    ),
    "a sign that turns the name round": (
        papers.pdf(),
        "附件\u202efdp.exe",
        SCANS,
        "bad_name",
        "看不见的控制字符",
    ),
    "no ending": (
        papers.pdf(),
        "执法证",
        SCANS,
        "bad_name",
        "“执法证”的文件名不完整，须有名称和扩展名，如“执法证.pdf”。重新命名后上传。",
    ),
    "another kind": (
        papers.xlsx(),
        "名册.xlsx",
        SCANS,
        "wrong_type",
        "“名册.xlsx”是 Excel 工作簿，这里接收 PDF、JPG、PNG。转换成其中一种后上传。",
    ),
    "a zip where none is wanted": (
        papers.zipped({"a.pdf": papers.pdf()}),
        "材料.zip",
        PAPERS,
        "wrong_type",
        "“材料.zip”是压缩包，这里接收 PDF、JPG、PNG、.docx、.xlsx、.pptx、.doc、.xls。转换成其中一种后上传。",
    ),
    "a photo of a phone": (
        b"\x00\x00\x00\x18ftypheic",
        "照片.heic",
        IMAGES,
        "wrong_type",
        "“照片.heic”是 HEIC 照片，这里接收 JPG、PNG。转换成其中一种后上传。",
    ),
    "a text": (b"hello", "说明.txt", SCANS, "wrong_type", "“说明.txt”是 .txt 文件，这里接收 PDF、JPG、PNG。"),
    "a format of the offices": (
        papers.zipped({"OFD.xml": "<ofd/>"}),
        "公文.ofd",
        SCANS,
        "wrong_type",
        "“公文.ofd”是 OFD 版式文件，这里接收",
    ),
    "a workbook that calls itself PDF": (
        papers.xlsx(),
        "名册.pdf",
        PAPERS,
        "wrong_content",
        "“名册.pdf”的扩展名是 .pdf，内容却是 Excel 工作簿。核对是否选错文件，或用原来的软件另存后上传。",
    ),
    "a program that calls itself PDF": (
        b"MZ\x90\x00",
        "通知.pdf",
        SCANS,
        "wrong_content",
        "“通知.pdf”的扩展名是 .pdf，内容却是可执行程序。",
    ),
    "a page that calls itself a picture": (
        b"<svg xmlns='x'><script>1</script></svg>",
        "图.png",
        IMAGES,
        "wrong_content",
        "“图.png”的扩展名是 .png，内容却是网页或 XML 文件。",
    ),
    "a text that calls itself PDF": (
        b"hello",
        "说明.pdf",
        SCANS,
        "wrong_content",
        "“说明.pdf”的扩展名是 .pdf，内容却不是 PDF 文件。",
    ),
    "a PDF behind two endings": (
        papers.pdf(),
        "通知.pdf.exe",
        SCANS,
        "wrong_content",
        "“通知.pdf.exe”的扩展名是 .exe，内容却是 PDF 文件。扩展名改为 .pdf 后重新上传。",
    ),
    "the test string of virus scanners": (
        papers.EICAR.encode(),
        "测试.pdf",
        SCANS,
        "virus",
        "“测试.pdf”含有病毒特征，没有接收。用杀毒软件检查这台电脑后，重新制作文件。",
    ),
    "the same inside a document": (
        papers.docx(word__media__a_txt=papers.EICAR.encode()),
        "说明.docx",
        OFFICE,
        "virus",
        "含有病毒特征",
    ),
    # ---- PDF
    "a PDF that is none": (
        b"%PDF-1.7\nnothing",
        "坏.pdf",
        SCANS,
        "broken",
        "“坏.pdf”不完整或已损坏，无法打开。",
    ),
    "a PDF cut off": (papers.pdf()[:300], "断.pdf", SCANS, "broken", "重新导出或重新扫描后上传。"),
    "a PDF with a password": (
        papers.pdf(password="1234"),
        "密.pdf",
        SCANS,
        "encrypted",
        "“密.pdf”设有打开密码。取消密码后另存，再重新上传。",
    ),
    "a script in a PDF": (
        papers.pdf(change=with_js)
        if (with_js := papers.with_action("JavaScript", JS="app.alert(1)"))
        else b"",
        "表.pdf",
        SCANS,
        "active",
        "“表.pdf”带有脚本或会启动程序的动作，不予接收。打印成 PDF 或重新扫描后上传。",
    ),
    "a script spelled otherwise": (
        papers.pdf(change=papers.with_action("JavaScript", JS="1")).replace(
            b"/JavaScript", b"/J#61va#53cript"
        ),
        "表.pdf",
        SCANS,
        "active",
        "带有脚本",
    ),
    "a script in a compressed object": (
        papers.in_object_stream(papers.pdf(), b"<</S /JavaScript /JS (app.alert(1))>>"),
        "表.pdf",
        SCANS,
        "active",
        "带有脚本",
    ),
    "a PDF that starts a program": (
        papers.pdf(change=papers.with_action("Launch", F="cmd.exe")),
        "表.pdf",
        SCANS,
        "active",
        "会启动程序的动作",
    ),
    "a script behind an owner's password": (
        papers.pdf(owner="x", change=papers.with_action("JavaScript", JS="1")),
        "表.pdf",
        SCANS,
        "active",
        "带有脚本",
    ),
    "a program in a PDF": (
        papers.pdf(change=lambda w: w.add_attachment("setup.bin", b"MZ\x90\x00program")),
        "附.pdf",
        SCANS,
        "embedded",
        "“附.pdf”里面嵌有程序或其他文件，不予接收。删去嵌入的对象，需要时把它单独上传。",
    ),
    "a batch file in a PDF": (
        papers.pdf(change=lambda w: w.add_attachment("run.bat", b"del *.*")),
        "附.pdf",
        SCANS,
        "embedded",
        "里面嵌有程序",
    ),
    # ---- Pictures
    "a picture cut off": (papers.picture()[:-40], "断.jpg", IMAGES, "broken", "“断.jpg”不完整或已损坏"),
    "a PNG cut off": (papers.picture("PNG")[:-20], "断.png", IMAGES, "broken", "不完整或已损坏"),
    "a PNG of absurd size": (
        papers.huge_png(60_000, 60_000),
        "图.png",
        IMAGES,
        "bomb",
        "“图.png”有 60,000×60,000 像素，超过 10,000 万像素或单边 30,000。缩小图片，或以 300 dpi 重新扫描后上传。",
    ),
    "a JPEG of absurd size": (papers.huge_jpeg(65_000, 10), "图.jpg", IMAGES, "bomb", "有 65,000×10 像素"),
    # ---- Office
    "a document with macros": (
        papers.docx(word__vbaProject_bin=b"x"),
        "说明.docx",
        OFFICE,
        "macros",
        "“说明.docx”带有宏或控件，不予接收。另存为不带宏的文档（.docx、.xlsx、.pptx）或 PDF 后上传。",
    ),
    "an ending of macros": (papers.docx(), "说明.docm", OFFICE, "macros", "“说明.docm”带有宏或控件"),
    "a document that declares macros": (
        papers.docx(main="wordprocessingml.document.macroEnabled.main+xml"),
        "说明.docx",
        OFFICE,
        "macros",
        "带有宏",
    ),
    "a control in a document": (
        papers.docx(word__activeX__a_xml=b"<x/>"),
        "说明.docx",
        OFFICE,
        "macros",
        "控件",
    ),
    "macros in an old document": (
        papers.with_entry(papers.doc(), 2, "Macros", 1),
        "旧.doc",
        OFFICE,
        "macros",
        "带有宏",
    ),
    "macros in an old workbook": (
        papers.with_entry(papers.xls(), 2, "_VBA_PROJECT_CUR", 1),
        "旧.xls",
        OFFICE,
        "macros",
        "带有宏",
    ),
    "an encrypted document": (
        papers.with_entry(papers.xls(), 1, "EncryptedPackage"),
        "密.docx",
        OFFICE,
        "encrypted",
        "“密.docx”设有打开密码。",
    ),
    "an old document with a password": (
        papers.doc(locked=True),
        "密.doc",
        OFFICE,
        "encrypted",
        "设有打开密码",
    ),
    "a package inside a document": (
        papers.docx(word__embeddings__oleObject1_bin="\x01Ole10Native".encode("utf-16-le")),
        "说明.docx",
        OFFICE,
        "embedded",
        "里面嵌有程序或其他文件",
    ),
    "a program inside a document": (
        papers.docx(word__media__a_bin=b"MZ\x90\x00"),
        "说明.docx",
        OFFICE,
        "embedded",
        "嵌有程序",
    ),
    "a template from elsewhere": (
        papers.docx(word___rels__settings_xml_rels=papers.remote_template()),
        "说明.docx",
        OFFICE,
        "active",
        "“说明.docx”会从别处调取模板或对象，不予接收。另存为 PDF 后上传。",
    ),
    "entities in a document": (
        papers.docx(word__styles_xml=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"),
        "说明.docx",
        OFFICE,
        "broken",
        "不完整或已损坏",
    ),
    "a document that swells": (
        papers.docx(word__media__a_bmp=b"\x00" * (251 * MEGABYTE)),
        "说明.docx",
        OFFICE,
        "bomb",
        "“说明.docx”解压后过大或大小不实，不予接收。重新导出文件后上传。",
    ),
    "a damaged zip": (papers.docx()[:-30], "说明.docx", OFFICE, "broken", "不完整或已损坏"),
    # ---- Zip
    "a program in a zip": (papers.zipped({"安装.EXE": b"x"}), "材料.zip", (ZIP,), "embedded", "里面嵌有程序"),
    "a path in a zip": (
        papers.zipped({"../甲.pdf": papers.pdf()}),
        "材料.zip",
        (ZIP,),
        "bad_name",
        "“材料.zip”里面的文件名带有路径，不予接收。重新压缩后上传。",
    ),
    "a zip in a zip": (
        papers.zipped({"里.zip": papers.zipped({"a": b"a"})}),
        "材料.zip",
        (ZIP,),
        "embedded",
        "“材料.zip”里面还有压缩包，无法检查。把内层的文件直接放进来，重新压缩后上传。",
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_names_the_file_the_rule_and_the_remedy(case):
    data, name, accept, code, sentence = case
    with pytest.raises(DomainError) as caught:
        take(data, name, accept)
    error = caught.value
    assert (error.code, error.field) == (code, "file_x")
    assert sentence in error.message
    assert re.fullmatch(r"“[^”]+”.+。", error.message) and "请您" not in error.message


def test_scripts_are_found_in_object_streams_of_encrypted_files_too():
    plain = papers.pdf(owner="x", change=papers.with_action("JavaScript", JS="1"))
    assert b"/JavaScript" in plain
    # The same action packed away: pypdf writes names openly, other programs do not.
    with pytest.raises(DomainError):
        take(papers.in_object_stream(papers.pdf(), b"<</S /J#61vaScript /#4aS (1)>>"), "a.pdf")


def test_a_document_of_the_portal_itself_is_taken(letter_pdf):
    assert take(letter_pdf, "承接确认书.pdf").data == letter_pdf


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("执法证（正本）.pdf", "执法证（正本）.pdf"),
        ("  执法证 .pdf", "执法证.pdf"),
        ('甲:乙?"丙".pdf', "甲_乙_丙_.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        (f"{'长' * 300}.pdf", f"{'长' * 116}.pdf"),
    ],
)
def test_names_are_kept_as_sent_as_far_as_every_computer_takes_them(sent, kept):
    assert take(papers.pdf(), sent).name == kept


def test_a_photo_loses_its_place_and_camera_but_not_a_pixel_nor_its_time():
    sent = papers.photo_with_place()
    kept = take(sent + b"PK\x03\x04 hidden", "照片.jpg").data
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(kept))
    assert after.tobytes() == before.tobytes()
    exif = after.getexif()
    assert dict(exif.get_ifd(0x8825)) == {} and before.getexif().get_ifd(0x8825)
    assert exif[0x0112] == 6 and exif.get_ifd(0x8769) == {0x9003: "2026:11:23 09:41:00"}
    for trace in (b"Huawei", b"SERIAL-77", b"GPSLatitude", b"29.85", b"hidden"):
        assert trace in sent + b"hidden" and trace not in kept


def test_a_picture_of_a_screen_loses_its_texts_but_not_a_pixel():
    plain = papers.picture("PNG")
    note = papers.png_chunk(b"tEXt", b"Location\x0029.85,114.28")
    at = plain.index(b"IDAT") - 4
    sent = plain[:at] + note + plain[at:] + b"<script>hidden"
    kept = take(sent, "截图.png").data
    assert kept == plain


@pytest.mark.parametrize("cut", range(2, 700, 7))
def test_no_damage_to_a_photo_ends_in_anything_but_a_sentence(cut):
    sent = papers.photo_with_place()
    damaged = sent[:cut] + bytes((sent[cut] ^ 0xFF,)) + sent[cut + 1 :]
    try:
        take(damaged, "照片.jpg")
    except DomainError as error:
        assert error.code in ("broken", "bomb", "wrong_content")


@pytest.mark.parametrize("cut", range(5, 900, 13))
def test_no_damage_to_a_pdf_ends_in_anything_but_a_sentence(cut):
    sent = papers.pdf("标题", change=lambda writer: writer.add_attachment("a.txt", b"a"))
    for damaged in (sent[:cut], sent[:cut] + b"\xff<<[(" + sent[cut + 5 :]):
        try:
            take(damaged, "甲.pdf")
        except DomainError as error:
            assert error.code in ("broken", "wrong_content", "embedded")


def test_files_attached_to_a_pdf_that_no_click_runs_are_left_alone():
    sent = papers.pdf(change=lambda writer: writer.add_attachment("发票.xml", b"<invoice/>"))
    assert PdfReader(io.BytesIO(take(sent, "发票.pdf").data)).attachments["发票.xml"] == [b"<invoice/>"]
