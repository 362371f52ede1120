import datetime as dt
import re
import threading
from io import BytesIO

import pymupdf
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.documents.world import FIRST, SECOND, START, make_world
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.documents import keys, services
from xianan.documents.models import Certificate, Document, DocumentFile, DocumentSignature, NumberSequence
from xianan.documents.rules import sha256, sm3
from xianan.documents.selectors import file_bytes, missing_parties, newest_file
from xianan.documents.store import root
from xianan.documents.verification import verify


def test_a_letter_goes_from_issued_to_signed_by_both(world, text_of):
    document = world.letter()
    assert [party.label for party in missing_parties(document)] == ["甲方", "乙方"]
    world.sign_first(document)
    assert [party.organization for party in missing_parties(document)] == ["咸安区温泉街道办事处"]
    pdf = world.sign_second(document)
    assert missing_parties(document) == []
    text = text_of(pdf)
    assert "咸安区街道赋权事项承接确认书" in text and "过渡期自双方最后签署之日起6个月" in text
    assert document.code_shown in text


def test_each_version_is_a_plain_pdf_with_a_readable_name_and_none_is_overwritten(world):
    document, _ = world.signed()
    files = list(document.files.all())
    year = clock.today().year
    folder = f"{year}/421202/{document.number}"
    assert [file.path for file in files] == [
        f"{folder}/1-原件.pdf", f"{folder}/2-甲方签署.pdf", f"{folder}/3-乙方签署.pdf"
    ]  # fmt: skip
    contents = [(root() / file.path).read_bytes() for file in files]
    for file, content in zip(files, contents, strict=True):
        assert (file.sha256, file.sm3, file.size) == (sha256(content), sm3(content), len(content))
    # Each signature only appends.
    assert contents[1].startswith(contents[0]) and contents[2].startswith(contents[1])
    assert not [path for path in (root() / folder).iterdir() if path.name.startswith(".")]


def test_the_signing_time_is_the_clock_s_in_register_and_file(world):
    document = world.letter()
    with clock.travel(FIRST):
        services.add_signature(document, party="a", organization=world.department, actor=world.giver)
    signature = document.signatures.get()
    assert abs(signature.signed_at - FIRST) < dt.timedelta(minutes=1)
    pdf = file_bytes(newest_file(document))
    embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    assert embedded.self_reported_timestamp == signature.signed_at
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_the_seal_stands_over_the_party_s_own_place(world):
    document, pdf = world.signed()
    opened = pymupdf.open(stream=pdf)
    page = opened[document.places["a"]["page"]]
    widgets = {widget.field_name: widget.rect for widget in page.widgets()}
    assert set(widgets) == {"party-a", "party-b"}
    for party, name in (("a", "咸安区城市管理执法局"), ("b", "咸安区温泉街道办事处")):
        printed = page.search_for(name)[-1]
        assert widgets[f"party-{party}"].contains(printed), name
        pixels = page.get_pixmap(clip=widgets[f"party-{party}"], dpi=72)
        assert reds(pixels) > 300
        # The name of the unit stays free of the seal.
        assert reds(page.get_pixmap(clip=printed, dpi=144)) == 0, name
    drawn = page.get_text()
    assert "赵喆" in drawn and "孙珺堃" in drawn and "2026年7月30日" in drawn
    # A document carries the day, not the minute.
    assert not re.search(r"\d:\d\d", drawn)


def reds(pixels):
    """How many pixels have the red of a seal."""
    colours = (pixels.pixel(x, y) for x in range(pixels.width) for y in range(pixels.height))
    return sum(red > 180 and green < 80 and blue < 80 for red, green, blue in colours)


def test_signing_keeps_the_archival_format(world):
    _, pdf = world.signed()
    document = pymupdf.open(stream=pdf)
    metadata = document.get_xml_metadata()
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3" in metadata
    assert not document.is_encrypted and b"/OutputIntents" in pdf
    # Annotations of an archival file are printed, not hidden (flag 4).
    for page in document:
        for widget in page.widgets():
            assert document.xref_get_key(widget.xref, "F") in {("int", "4"), ("int", "132")}
    assert all(extension != "n/a" for page in document for _, extension, *_ in page.get_fonts(full=True))


def test_nobody_signs_twice_or_for_another(world):
    document = world.letter()
    world.sign_first(document)
    with pytest.raises(DomainError) as refused:
        world.sign_first(document)
    assert refused.value.code == "already_signed" and "赵喆" in refused.value.message
    for party, organization in (("a", world.street), ("c", world.street)):
        with pytest.raises(DomainError) as refused:
            services.add_signature(document, party=party, organization=organization, actor=world.taker)
        assert refused.value.code == "not_a_party"
    assert document.files.count() == 2 and document.signatures.count() == 1


def test_a_damaged_original_is_not_signed(world):
    document = world.letter()
    path = root() / newest_file(document).path
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DomainError) as refused:
        world.sign_first(document)
    assert refused.value.code == "file_damaged"
    path.unlink()
    with pytest.raises(DomainError) as refused:
        world.sign_first(document)
    assert refused.value.code == "file_damaged"


def test_without_a_certificate_in_force_nobody_signs(world):
    document = world.letter()
    with pytest.raises(DomainError) as refused:
        world.sign_first(document, at=START - dt.timedelta(days=1))
    assert refused.value.code == "no_certificate"
    services.revoke_certificate(Certificate.objects.get(organization=world.department))
    with pytest.raises(DomainError) as refused:
        world.sign_first(document)
    assert refused.value.code == "no_certificate"


def test_a_template_without_a_place_for_a_party_is_refused(world, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bare.html").write_text("<p>没有签署位置</p>", encoding="utf-8")
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    from django.test import override_settings

    with override_settings(TEMPLATES=templates), pytest.raises(DomainError) as refused:
        services.create_document(
            district=world.district, kind="agreement", title="确认书", template="documents/bare.html", data={},
            sources=[services.Source(world.department, "")], actor=None, parties=[services.Party("a", "甲方", world.department)],
        )  # fmt: skip
    assert refused.value.code == "no_place" and not Document.objects.exists()


def test_a_rolled_back_letter_leaves_no_row_and_its_number_is_free_again(world):
    class Stop(Exception):
        pass

    def issue(fail: bool) -> Document:
        with transaction.atomic():
            taken = services.take_number(district=world.district, kind="agreement", year=2026)
            document = world.letter(f"咸赋权确〔2026〕第{taken:03d}号")
            if fail:
                raise Stop
        return document

    with pytest.raises(Stop):
        issue(fail=True)
    assert not Document.objects.exists() and not DocumentFile.objects.exists()
    document = issue(fail=False)
    assert document.number == "咸赋权确〔2026〕第001号"
    # The file that was left behind is still there, and the new one stands beside it.
    path = newest_file(document).path
    assert sha256(file_bytes(newest_file(document))) == newest_file(document).sha256
    assert len(list((root() / path).parent.glob("1-原件*.pdf"))) == 2
    world.sign_first(document)
    assert verify(world.sign_second(document)).verdict == "valid"


def test_numbers_run_by_kind_and_year(world):
    with transaction.atomic():
        taken = [
            services.take_number(district=world.district, kind=kind, year=year)
            for kind, year in [("a", 2026), ("a", 2026), ("b", 2026), ("a", 2027), ("a", 2026)]
        ]
    assert taken == [1, 2, 1, 1, 3]


def test_keys_are_not_readable_in_the_database(world):
    for row in Certificate.objects.all():
        assert "PRIVATE" not in row.private_key and "BEGIN" not in row.private_key
        assert keys.unseal(row.private_key, settings.FIELD_KEY)
        with pytest.raises(ValueError, match="another FIELD_KEY"):
            keys.unseal(row.private_key, "x" * 40)


def test_certificates_are_issued_once_and_one_is_active_for_each(world):
    assert services.ensure_certificates(world.district, valid_from=START) == []
    assert Certificate.objects.filter(organization=None).count() == 1
    old = Certificate.objects.get(organization=world.street)
    new = services.issue_certificate(world.street)
    old.refresh_from_db()
    assert not old.is_active and new.is_active
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=old.pk).update(is_active=True)


def test_a_certificate_can_not_begin_before_its_authority(world):
    with pytest.raises(DomainError) as refused:
        services.issue_certificate(world.street, valid_from=START - dt.timedelta(days=1))
    assert refused.value.code == "before_authority"


def meet(*acts):
    """Run the acts in threads that start together, each on a connection of its own; return what came out."""
    barrier = threading.Barrier(len(acts))
    results = []

    def run(act):
        try:
            barrier.wait(timeout=10)
            results.append(act())
        except DomainError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_many_signing_at_once_exactly_one_takes_effect():
    world = make_world()
    document = world.letter()
    results = meet(*[lambda: world.sign_first(document) and "signed"] * 4)
    assert sorted(results) == ["already_signed"] * 3 + ["signed"]
    assert DocumentSignature.objects.count() == 1 and document.files.count() == 2


@pytest.mark.django_db(transaction=True)
def test_both_sides_signing_at_once_both_take_effect():
    world = make_world()
    document = world.letter()
    results = meet(
        lambda: world.sign_first(document, FIRST) and "signed",
        lambda: world.sign_second(document, SECOND) and "signed",
    )
    assert results == ["signed", "signed"]
    result = verify(file_bytes(newest_file(document)))
    assert result.verdict == "valid" and len(result.signatures) == 2 and not result.missing


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_are_all_different_and_without_gaps():
    world = make_world()

    def take() -> int:
        with transaction.atomic():
            return services.take_number(district=world.district, kind="agreement", year=2026)

    assert sorted(meet(*[take] * 6)) == [1, 2, 3, 4, 5, 6]
    assert NumberSequence.objects.get().last == 6


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    world = make_world()
    with pytest.raises(RuntimeError):
        services.take_number(district=world.district, kind="agreement", year=2026)
