import pytest
from django.core.exceptions import FieldError
from django.db import connection

from secondment.models import Person
from xianan.core.fields import EncryptedTextField, blind_index
from xianan.history.services import differences

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NUMBER = "11010519491231002X"


@pytest.fixture
def person(world):
    return Person.objects.create(
        district=world.district,
        organization=world.department,
        name="张某",
        id_number=NUMBER,
        id_index=blind_index(NUMBER),
        born_on="1949-12-31",
        track="civil",
    )


def test_the_number_is_not_in_the_database_but_comes_back(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM secondment_person")
        stored = repr(cursor.fetchall())
    assert NUMBER not in stored
    assert Person.objects.get().id_number == NUMBER


def test_the_same_number_is_found_again_by_its_index(person):
    assert Person.objects.filter(id_index=blind_index(NUMBER)).exists()
    assert not Person.objects.filter(id_index=blind_index("110105194912310021")).exists()


def test_an_encrypted_field_cannot_be_looked_up(person):
    with pytest.raises(FieldError):
        Person.objects.filter(id_number=NUMBER).exists()


def test_the_log_says_that_it_changed_and_not_to_what(person):
    assert differences(person, {"id_number": "440524188001010014"}) == {
        "身份证号码": ("（已填写，日志不记录内容）", "（已填写，日志不记录内容）")
    }


def test_a_value_of_another_key_is_named_as_such():
    with pytest.raises(ValueError, match="another FIELD_KEY"):
        EncryptedTextField(name="id_number").from_db_value("gAAAAAB", None, None)
