"""What is taken and what is refused, each with the sentence that the person reads."""

from __future__ import annotations

import base64
import io
import re
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from tests.documents.attachments import papers
from xianan.core.errors import DomainError
from xianan.documents.attachments import IMAGES, OFFICE, PAPERS, SCANS, ZIP
from xianan.documents.attachments.intake import judge, look
from xianan.documents.attachments.kinds import ALL

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
        # Made by the test alone: it takes more than a second, and whoever collects the tests reads this.
        lambda: papers.docx(word__media__a_bmp=b"\x00" * (251 * MEGABYTE)),
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
        take(data() if callable(data) else data, name, accept)
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


def test_a_document_of_the_portal_itself_is_taken(letter_pdf, started_anew):
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
        assert verdict("pdf", damaged) in (0, look.BROKEN, look.EMBEDDED)


# ---- What real parsers find --------------------------------------------------------------------------------
# The look itself is asked here, without a process for each.


def verdict(kind: str, data: bytes) -> int:
    try:
        getattr(look, kind)(data)
    except look.Found as found:
        return found.code
    return 0


def opening(**action):
    """A change that gives the document an action on opening."""

    def change(writer):
        made = DictionaryObject({NameObject(f"/{key}"): value for key, value in action.items()})
        writer.root_object[NameObject("/OpenAction")] = made

    return change


def on_page(**action):
    """The same on a page, in an object of its own."""

    def change(writer):
        made = DictionaryObject({NameObject(f"/{key}"): value for key, value in action.items()})
        events = DictionaryObject({NameObject("/O"): writer._add_object(made)})
        writer.pages[0][NameObject("/AA")] = writer._add_object(events)

    return change


def link(**action):
    """A link that waits for a click."""

    def change(writer):
        made = DictionaryObject({NameObject(f"/{key}"): value for key, value in action.items()})
        note = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link"), "/A": made}
        note["/Rect"] = ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)])
        both = ArrayObject([DictionaryObject({NameObject(key): value for key, value in note.items()})])
        writer.pages[0][NameObject("/Annots")] = both

    return change


def name(text):
    return NameObject(f"/{text}")


def text(words):
    return TextStringObject(words)


JS_PACKED = b"<</S /J#61vaScript /#4a#53 (app.alert(1))>>"
URI = {"S": name("URI"), "URI": text("https://example.org/")}
ACTS = {
    "a form that is sent on opening": opening(S=name("SubmitForm"), F=text("https://example.org/")),
    "data fetched on opening": opening(S=name("ImportData"), F=text("a.fdf")),
    "an address called on opening": opening(**URI),
    "an address called when a page opens": on_page(**URI),
    "another file opened with it": opening(S=name("GoToR"), F=text("b.pdf"), D=name("x")),
    "a link to a share": link(S=name("GoToR"), F=text("\\\\server\\a.pdf")),
    "a link to a share as an address": link(S=name("URI"), URI=text("file://server/a.pdf")),
    "a link to a script": link(S=name("URI"), URI=text("javascript:alert(1)")),
    "a link into an attached file": link(S=name("GoToE")),
    "a film": link(S=name("Rendition")),
    "a second action behind a harmless one": opening(S=name("GoTo"), Next=DictionaryObject({NameObject("/S"): name("URI")})),
}  # fmt: skip


@pytest.mark.parametrize("change", ACTS.values(), ids=list(ACTS))
def test_what_acts_in_a_pdf_without_a_click_or_leads_to_a_share_is_refused(change):
    assert verdict("pdf", papers.pdf(change=change)) == look.ACTIVE


def lzw(data: bytes) -> bytes:
    """LZW that never uses its table: nine bits a byte, begun anew before codes grow."""
    codes = []
    for start in range(0, len(data), 200):
        codes += [256, *data[start : start + 200]]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def run_length(data: bytes) -> bytes:
    return (
        b"".join(
            bytes((len(part) - 1,)) + part for part in (data[n : n + 128] for n in range(0, len(data), 128))
        )
        + b"\x80"
    )


PACKED = {
    "ASCIIHexDecode": lambda data: data.hex().encode() + b">",
    "ASCII85Decode": lambda data: base64.a85encode(data) + b"~>",
    "LZWDecode": lzw,
    "RunLengthDecode": run_length,
    "[/ASCII85Decode /FlateDecode]": lambda data: base64.a85encode(zlib.compress(data)) + b"~>",
    "[/Crypt /FlateDecode]": zlib.compress,
    "FlateDecode": zlib.compress,
}


def with_stream(plain: bytes, packing: str, *, pad: bytes = b"", kind: bytes = b"/Type /ObjStm ") -> bytes:
    """A PDF with an object stream that holds a script, packed in this way, behind a dictionary of any length."""
    text = b"99 0 " + JS_PACKED
    content = PACKED[packing](text)
    head = b"<< %s/N 1 /First 5 %s/Length %d /Filter %s >>" % (
        kind, pad, len(content), packing.encode() if packing.startswith("[") else b"/" + packing.encode(),
    )  # fmt: skip
    return with_object(plain, b"98 0 obj\n" + head + b"\nstream\n" + content + b"\nendstream\nendobj\n")


def with_object(plain: bytes, text: bytes) -> bytes:
    """A PDF with one more object before its table."""
    at = plain.rindex(b"\nxref\n") + 1
    table = plain[at:].replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(text)))
    return plain[:at] + text + table


@pytest.mark.parametrize("packing", PACKED)
def test_a_script_is_found_in_an_object_stream_whatever_it_is_packed_with(packing):
    plain = papers.pdf()
    assert verdict("pdf", with_stream(plain, packing)) == look.ACTIVE
    # A dictionary of any length before it, a name in another spelling, no name at all.
    assert verdict("pdf", with_stream(plain, packing, pad=b"/X (" + b"x" * 9000 + b") ")) == look.ACTIVE
    assert verdict("pdf", with_stream(plain, packing, kind=b"/Type /Obj#53tm ")) == look.ACTIVE
    assert verdict("pdf", with_stream(plain, packing, kind=b"")) == look.ACTIVE


def test_an_object_stream_that_can_not_be_unpacked_is_not_believed():
    sent = with_stream(papers.pdf(), "FlateDecode")
    assert verdict("pdf", sent.replace(b"/FlateDecode", b"/CryptDecode")) == look.BROKEN
    assert verdict("pdf", sent.replace(b"/Filter /FlateDecode", b"/Filter /JPXDecode  ")) == look.BROKEN


@pytest.mark.parametrize(
    "note",
    [
        b"9 0 obj\n<</T (9 0 obj <<>> endobj) /S /URI /URI (\\\\\\\\server\\\\x)>>\nendobj\n",
        b"9 0 obj\n%endobj\n<</#53 /#55RI /URI (file://server/x)>>\nendobj\n",
        b"9 0 obj\n<</Subtype /Rich#4dedia>>\nendobj\n",
        b"9 0 obj\n<</Length 0 /F (\\\\\\\\server\\\\x)>>\nstream\n\nendstream\nendobj\n",
    ],
)
def test_nothing_hides_behind_the_look_of_an_object(note):
    assert verdict("pdf", with_object(papers.pdf(), note)) == look.ACTIVE


@pytest.mark.parametrize(
    ("called", "content", "code"),
    [
        ("发票.xml", b"\xef\xbb\xbf<?xml version='1.0'?><invoice/>", 0),
        ("票据.xbrl", "\ufeff<?xml version='1.0'?><xbrl/>".encode("utf-16-le"), 0),
        ("发票.ofd", papers.zipped({"OFD.xml": "<ofd/>"}), 0),
        ("说明.txt", b"<a/>", look.EMBEDDED),
        ("发票.xml", b"%PDF-1.7", look.EMBEDDED),
        ("发票.xml", b"<!DOCTYPE html><script>1</script>", look.EMBEDDED),
        ("发票.xml.exe", b"<a/>", look.EMBEDDED),
        ("发票.ofd", papers.zipped({"a.exe": "MZ"}), look.EMBEDDED),
        ("名册.xlsx", papers.xlsx(), look.EMBEDDED),
    ],
)
def test_of_embedded_files_only_the_data_of_invoices_is_kept(called, content, code):
    assert verdict("pdf", papers.pdf(change=lambda writer: writer.add_attachment(called, content))) == code


def form(writer):
    """A plain form: a field to fill in, a button that empties it, a link to the web, a jump to a page."""
    field = DictionaryObject(
        {
            NameObject("/FT"): name("Tx"),
            NameObject("/T"): text("姓名"),
            NameObject("/V"): text("张三 #1 (甲)"),
        }
    )
    reset = DictionaryObject(
        {
            NameObject("/FT"): name("Btn"),
            NameObject("/A"): DictionaryObject({NameObject("/S"): name("ResetForm")}),
        }
    )
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([writer._add_object(field), writer._add_object(reset)])}
    )
    link(**URI)(writer)
    writer.root_object[NameObject("/OpenAction")] = ArrayObject(
        [writer.pages[0].indirect_reference, name("Fit")]
    )


def test_ordinary_files_of_offices_pass():
    scanned = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(scanned, "PDF", resolution=100)
    for sent in (papers.pdf(change=form), papers.pdf(owner="x", change=form), scanned.getvalue()):
        assert verdict("pdf", sent) == 0
    assert verdict("pdf", papers.pdf(change=link(S=name("URI"), URI=text("mailto:a@example.org")))) == 0
    assert verdict("pdf", papers.pdf(change=opening(S=name("GoTo"), D=name("x")))) == 0


def relations(
    kind: str, target: str, *, prefix: str = "", mode: str = "External", coding: str = "utf-8"
) -> bytes:
    space = f"xmlns{':' + prefix.rstrip(':') if prefix else ''}"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<?xml version="1.0" encoding="{coding}"?><{prefix}Relationships {space}="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<{prefix}Relationship Id="t" Type="{types}/{kind}" Target="{target}" TargetMode="{mode}"/></{prefix}Relationships>'
    ).encode(coding)


@pytest.mark.parametrize(
    ("kind", "target", "more"),
    [
        ("attachedTemplate", "https://example.org/t.dotm", {"prefix": "r:"}),
        ("attachedTemplate", "https://example.org/t.dotm", {"coding": "utf-16"}),
        ("image", "http://example.org/a.png", {}),
        ("image", "\\\\server\\a.png", {}),
        ("image", "file://server/a.png", {}),
        ("image", "file:////server/a.png", {}),
        ("image", "//server/a.png", {}),
        ("image", "%5c%5cserver%5ca.png", {}),
        ("oleObject", "mhtml:https://example.org/a!x", {"mode": "external"}),
        ("externalLinkPath", "https://example.org/a.xlsx", {}),
        ("hyperlink", "\\\\server\\a.doc", {}),
        ("hyperlink", "javascript:alert(1)", {}),
    ],
)
def test_what_a_document_would_fetch_from_elsewhere_is_refused(kind, target, more):
    sent = papers.docx(word___rels__document_xml_rels=relations(kind, target, **more))
    assert verdict("office", sent) == look.REMOTE


@pytest.mark.parametrize(
    ("kind", "target", "mode"),
    [
        ("image", "media/image1.png", "Internal"),
        ("image", "file:///C:\\图\\a.png", "External"),
        ("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", "External"),
        ("externalLinkPath", "/D:/报表/去年.xlsx", "External"),
        ("hyperlink", "https://www.example.org/a?b=c", "External"),
        ("hyperlink", "mailto:a@example.org", "External"),
        ("styles", "/word/styles.xml", "Internal"),
    ],
)
def test_what_a_document_holds_or_links_to_is_left_alone(kind, target, mode):
    assert (
        verdict("office", papers.docx(word___rels__document_xml_rels=relations(kind, target, mode=mode))) == 0
    )


def field(*runs: str) -> bytes:
    parts = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return (
        f'<w:d xmlns:w="w"><w:r><w:fldChar w:fldCharType="begin"/></w:r>{parts}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:t>DDE 是一种技术</w:t><w:r><w:fldChar w:fldCharType="end"/></w:r></w:d>'
    ).encode()


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (field(" DD", "EAUTO c:\\\\cmd.exe"), look.REMOTE),
        (field(' INCLUDEPICTURE "https://example.org/a.png"'), look.REMOTE),
        (field(' INCLUDETEXT "\\\\\\\\server\\\\a.docx"'), look.REMOTE),
        (b'<w:d xmlns:w="w"><w:fldSimple w:instr="DDE excel a"/></w:d>', look.REMOTE),
        (field(" PAGE "), 0),
        (field(' LINK Excel.Sheet.12 "C:\\\\Users\\\\a\\\\b.xlsx" \\a'), 0),
        (field(" HYPERLINK https://example.org"), 0),
        ("<x:l xmlns:x='x'><x:ddeLink ddeService='cmd'/></x:l>".encode("utf-16"), look.REMOTE),
        (b"<s><c><f>cmd&#124;'/c calc'!A0</f></c></s>", look.REMOTE),
        (b'<s><c><f>CONCATENATE("a|b",Sheet1!A1)</f></c></s>', 0),
        (b"<a>" + b" " * 5000 + b"</a>", 0),
        (b"<!--" + b" " * 5000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", look.BROKEN),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".encode("utf-16"), look.BROKEN),
        ('<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"), look.BROKEN),
        (b"<a><b></a>", look.BROKEN),
    ],
)
def test_every_part_of_a_document_is_read_as_what_it_is(part, code):
    assert verdict("office", papers.docx(word__footer1_xml=part)) == code
    if code == look.REMOTE:
        # A part may bear any name.
        assert verdict("office", papers.docx(word__footer1_bin=part)) == code


def test_drawings_need_not_be_good_xml():
    assert verdict("office", papers.docx(xl__drawings__vmlDrawing1_vml=b"<xml><br></xml>")) == 0
    svg = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a.dtd"><svg/>'
    assert verdict("office", papers.docx(word__media__a_svg=svg)) == 0


def test_what_takes_too_long_is_refused_in_words(monkeypatch, started_anew):
    monkeypatch.setattr(look, "SECONDS", 0)
    with pytest.raises(DomainError) as caught:
        take(papers.pdf("不快"), "繁.pdf")
    assert caught.value.code == "heavy"
    assert caught.value.message == (
        "“繁.pdf”结构过于复杂，在限定的时间和内存内检查不完，不予接收。打印成 PDF 或重新扫描后上传。"
    )


def test_what_takes_too_much_memory_ends_the_process_apart_alone(monkeypatch, started_anew):
    monkeypatch.setattr(look, "MEMORY", 60 * 1024 * 1024)
    with pytest.raises(DomainError) as caught:
        take(papers.docx("大", word__a_xml=b"<a>" + b"<b/>" * 12 * MEGABYTE + b"</a>"), "大.docx", OFFICE)
    assert caught.value.code == "heavy"


def test_files_attached_to_a_pdf_that_no_click_runs_are_left_alone():
    sent = papers.pdf(change=lambda writer: writer.add_attachment("发票.xml", b"<invoice/>"))
    assert PdfReader(io.BytesIO(take(sent, "发票.pdf").data)).attachments["发票.xml"] == [b"<invoice/>"]
