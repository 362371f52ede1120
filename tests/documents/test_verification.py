"""Five verdicts, and what must never be called valid."""

import datetime as dt
import io
import json
import random
import re

import pymupdf
import pytest
from django.core.management import call_command
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.documents.world import FIRST, SECOND, START, make_world
from tests.prepared import prepared
from xianan.core import clock
from xianan.documents import registry, services
from xianan.documents.models import (
    Certificate,
    Document,
    DocumentFile,
    DocumentSignature,
    DocumentSource,
    NumberSequence,
)
from xianan.documents.selectors import file_bytes
from xianan.documents.verification import verify
from xianan.organizations.models import District, Organization, User


@pytest.fixture
def signed(world):
    return prepared("signed", world.signed, world)


def test_a_letter_signed_by_both_is_valid_and_says_who(signed):
    document, pdf = signed
    result = verify(pdf)
    assert result.verdict == "valid" and result.document == document
    assert [(fact.party, fact.organization, fact.signer, fact.signed_at) for fact in result.signatures] == [
        ("甲方", "咸安区城市管理执法局", "赵喆", FIRST),
        ("乙方", "咸安区温泉街道办事处", "孙珺堃", SECOND),
    ]
    assert result.missing == () and result.newer is None


def test_the_unsigned_original_is_incomplete_and_names_who_is_missing(world):
    document = world.letter()
    result = verify(file_bytes(document.files.get()))
    assert result.verdict == "incomplete" and result.signatures == ()
    assert [party.label for party in result.missing] == ["甲方", "乙方"]


def test_a_half_signed_letter_is_incomplete_until_there_is_a_newer_version(world):
    document = world.letter()
    half = world.sign_first(document)
    result = verify(half)
    assert result.verdict == "incomplete" and result.newer is None
    assert [party.label for party in result.missing] == ["乙方"]
    world.sign_second(document)
    result = verify(half)
    assert result.verdict == "superseded" and len(result.signatures) == 1
    assert [party.label for party in result.missing] == ["乙方"]
    assert document.number in result.newer.words and "乙方签署" in result.newer.words


def test_every_earlier_revision_cut_from_the_signed_file_is_superseded(signed):
    document, pdf = signed
    sizes = list(document.files.order_by("sequence").values_list("size", flat=True))
    assert [verify(pdf[:size]).verdict for size in sizes] == ["superseded", "superseded", "valid"]
    # Between two revisions it is none of them.
    assert verify(pdf[: sizes[0] + 40]).verdict in ("altered", "invalid")
    assert verify(pdf[: sizes[1] + 40]).verdict == "altered"


def test_a_paper_without_parties_is_valid_unsigned_until_another_replaces_it(world, monkeypatch):
    for name in ("_states", "_readers", "_labels", "_holders"):
        monkeypatch.setattr(registry, name, {})
    first = issue_list(world, "咸清〔2026〕1号")
    pdf = file_bytes(first.files.get())
    assert verify(pdf).verdict == "valid"
    with clock.travel(dt.date(2026, 9, 1)):
        issue_list(world, "咸清〔2026〕2号", replacing=services.Replacing([first], "公布第2版"))
    result = verify(pdf)
    assert (result.verdict, result.newer.words, result.newer.on) == (
        "superseded",
        "咸清〔2026〕2号",
        dt.date(2026, 9, 1),
    )
    assert verify(pdf + b"\n").verdict == "invalid"


def test_a_paper_put_aside_is_superseded_before_anything_is_issued_in_its_place(world):
    document = issue_list(world, "咸清〔2026〕1号")
    services.supersede([document], reason="来源已更正", actor=world.giver)
    result = verify(file_bytes(document.files.get()))
    assert (result.verdict, result.newer.words) == ("superseded", "尚未出具")


def issue_list(world, number, **more):
    return services.create_document(
        district=world.district, kind="list", title="街道赋权事项清单", number=number,
        template="documents/paper.html", data={"blocks": []}, actor=world.giver,
        sources=[services.Source(world.department, number)], **more,
    )  # fmt: skip


def test_letters_stay_valid_when_certificates_end(signed, world):
    _, pdf = signed
    services.revoke_certificate(Certificate.objects.get(organization=world.department))
    services.issue_certificate(world.street)
    assert verify(pdf).verdict == "valid"
    with clock.travel(dt.date(2040, 1, 1)):
        assert verify(pdf).verdict == "valid"


def test_a_signature_made_after_the_revocation_does_not_hold(signed):
    document, pdf = signed
    row = document.signatures.get(party="b")
    Certificate.objects.filter(pk=row.certificate_id).update(
        is_active=False, revoked_at=row.signed_at - dt.timedelta(minutes=1)
    )
    assert verify(pdf).verdict == "altered"


def test_sixty_damaged_bytes_are_never_valid(signed):
    document, pdf = signed
    chance = random.Random(421202)
    # Anywhere, and in particular inside the signatures themselves.
    spans = [match.span(1) for match in re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", pdf)]
    assert len(spans) == 2
    places = [chance.randrange(len(pdf)) for _ in range(40)]
    places += [chance.randrange(start, start + 3600) for start, _ in spans for _ in range(10)]
    for place in places:
        damaged = bytearray(pdf)
        damaged[place] ^= chance.randrange(1, 256)
        result = verify(bytes(damaged))
        assert result.verdict == "altered", place
        assert result.document in (document, None)


def test_a_single_signature_is_found_however_it_is_broken(world):
    document = world.letter()
    pdf = world.sign_first(document)
    match = re.search(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", pdf)
    chance = random.Random(2026)
    for _ in range(60):
        damaged = bytearray(pdf)
        damaged[chance.randrange(match.start(), match.start() + 3600)] ^= chance.randrange(1, 256)
        assert verify(bytes(damaged)).verdict == "altered"


def test_padding_of_the_last_signature_is_part_of_the_document(signed):
    document, pdf = signed
    end = list(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", pdf))[-1].end(1)
    assert pdf[end - 2 : end] == b"00"
    edited = pdf[: end - 2] + b"7f" + pdf[end:]
    result = verify(edited)
    assert result.verdict == "altered" and result.document == document and len(result.signatures) == 2


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%", b"%%EOF\n"])
def test_an_appended_byte_is_an_alteration(signed, tail):
    document, pdf = signed
    result = verify(pdf + tail)
    assert result.verdict == "altered" and result.document == document


def test_an_appended_update_is_an_alteration(signed):
    document, pdf = signed
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Hidden"] = writer.add_object(PdfFileReader(io.BytesIO(pdf)).root["/Pages"])
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(pdf)
    result = verify(output.getvalue())
    assert result.verdict == "altered" and result.document == document


def test_a_change_of_text_saved_anew_is_an_alteration(signed):
    _, pdf = signed
    opened = pymupdf.open(stream=pdf)
    opened[0].insert_text((100, 100), "3 years")
    for options in ({"garbage": 4, "deflate": True, "clean": True}, {"use_objstms": 1}):
        assert verify(opened.tobytes(**options)).verdict == "altered"


def test_a_letter_from_which_the_first_signature_was_taken_is_an_alteration(signed):
    document, pdf = signed
    opened = pymupdf.open(stream=pdf)
    page = opened[document.places["a"]["page"]]
    page.delete_widget(next(widget for widget in page.widgets() if widget.field_name == "party-a"))
    result = verify(opened.tobytes(garbage=4))
    assert result.verdict == "altered"
    assert [fact.party for fact in result.signatures] == ["乙方"]


def test_a_signature_moved_to_another_document_is_an_alteration(world):
    _, pdf = world.signed()
    other = file_bytes(world.letter().files.get())
    contents = list(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", pdf))[-1][0]
    assert verify(other + b"\n" + contents).verdict == "altered"


def test_a_file_of_another_portal_with_the_same_names_is_invalid(world):
    _document, pdf = world.signed()
    forget_everything()
    second = make_world()
    assert second.department.full_name == world.department.full_name
    _own, own_pdf = second.signed()
    assert verify(own_pdf).verdict == "valid"
    result = verify(pdf)
    assert result.verdict == "invalid" and result.document is None and result.signatures == ()


def test_a_strangers_signature_is_invalid_even_if_it_carries_our_certificate_along(world):
    """Only who signed counts, not what else lies in the envelope."""
    from asn1crypto import cms

    _, pdf = world.signed()
    ours = next(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", pdf))
    forget_everything()
    second = make_world()
    _, foreign = second.signed()
    # Seen from the second portal, its own letter is valid; now put the second portal's certificates
    # into the first one's envelope.
    envelope = cms.ContentInfo.load(bytes.fromhex(ours[1].decode()))
    carried = cms.ContentInfo.load(
        bytes.fromhex(next(re.finditer(rb"/Contents\s*<([0-9A-Fa-f]{400,})>", foreign))[1].decode())
    )
    certificates = list(envelope["content"]["certificates"]) + list(carried["content"]["certificates"])
    envelope["content"]["certificates"] = certificates
    digits = envelope.dump(force=True).hex().encode()
    forged = b"%PDF-1.7\n<</Contents <" + digits + b">>>\n"
    assert verify(forged).verdict == "invalid"


def test_what_was_never_ours_is_invalid(world):
    strangers = pymupdf.open()
    strangers.new_page().insert_text((72, 72), "letter")
    plain = strangers.tobytes()
    locked = strangers.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="a", user_pw="b")
    for data in (
        b"",
        b"\x00",
        b"%PDF-",
        b"hello",
        plain,
        locked,
        plain[:50],
        random.Random(1).randbytes(5000),
    ):
        assert verify(data).verdict == "invalid"


def test_an_unsigned_original_that_was_changed_is_invalid(world):
    document = world.letter()
    assert verify(file_bytes(document.files.get()) + b"\n").verdict == "invalid"


def test_a_letter_locked_with_a_password_still_carries_our_signature(signed):
    _, pdf = signed
    locked = pymupdf.open(stream=pdf).tobytes(
        encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="a", user_pw="b"
    )
    assert verify(locked).verdict in ("altered", "invalid")


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_make_it_fail(data):
    for prefix in (b"", b"%PDF-1.7\n", b"%PDF-1.7\n/Contents <" + data.hex().encode() * 3 + b">"):
        assert verify(prefix + data).verdict == "invalid"


def forget_everything() -> None:
    """Empty the register, as if this were another portal."""
    for model in (
        DocumentSignature, DocumentSource, DocumentFile, Document, Certificate, NumberSequence, User, Organization, District
    ):  # fmt: skip
        models.QuerySet(model).delete()


def run(path, *options):
    """Run the command and return (exit code, what it printed)."""
    output = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_document", str(path), *options, stdout=output)
    return ended.value.code, output.getvalue()


def test_the_command_answers_in_json_and_by_its_exit_code(signed, tmp_path):
    _, pdf = signed
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    code, text = run(path, "--json")
    assert code == 0
    assert json.loads(text) == {
        "verdict": "valid",
        "signatures": [
            {
                "organization": "咸安区城市管理执法局",
                "signer": "赵喆",
                "signed_at": "2026-07-30T16:02:00+08:00",
            },
            {
                "organization": "咸安区温泉街道办事处",
                "signer": "孙珺堃",
                "signed_at": "2026-07-31T09:18:00+08:00",
            },
        ],
    }
    path.write_bytes(pdf + b"\n")
    code, text = run(path, "--json")
    assert code == 1 and json.loads(text)["verdict"] == "altered"
    path.write_bytes(b"hello")
    assert run(path, "--json") == (2, '{"verdict": "invalid", "signatures": []}\n')
    assert run(tmp_path / "none.pdf", "--json") == (2, '{"verdict": "invalid", "signatures": []}\n')
    assert run(tmp_path, "--json")[0] == 2


def test_the_command_speaks_chinese_without_json(world, tmp_path):
    document = world.letter()
    path = tmp_path / "letter.pdf"
    path.write_bytes(world.sign_first(document))
    code, text = run(path)
    assert code == 3
    assert "结论：未签齐" in text and "赵喆 2026-07-30 16:02:00" in text
    assert "尚未签署：乙方 咸安区温泉街道办事处" in text
    assert json.loads(run(path, "--json")[1])["verdict"] == "incomplete"
    world.sign_second(document)
    code, text = run(path)
    assert code == 4
    assert "结论：已有新版" in text and f"新版：{document.number}（乙方签署）" in text
    assert json.loads(run(path, "--json")[1])["verdict"] == "superseded"
    assert START < FIRST
