"""Forms that speak Chinese and look the same: mix `FormMixin` in before Form or ModelForm."""

import datetime as dt
import re
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator

from xianan.core.errors import DomainError
from xianan.core.identity import without_id_numbers
from xianan.core.outside import whole

F = TypeVar("F", bound=forms.Field)

_MASKED = re.compile(r"\d{3}\*{13}[\dX]{2}")

# What a field says by itself; {label} is its label. A field's own error_messages win.
MESSAGES: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (
        forms.FileField,
        {"required": "未上传{label}", "empty": "文件是空的", "invalid": "文件没有传完，重新选择一次"},
    ),
    (
        forms.ModelMultipleChoiceField,
        {"required": "未选择{label}", "invalid_choice": "“{label}”中有不可选的一项"},
    ),
    (forms.MultipleChoiceField, {"required": "未选择{label}", "invalid_choice": "“{label}”中有不可选的一项"}),
    (
        forms.ModelChoiceField,
        {"required": "未选择{label}", "invalid_choice": "“{label}”须从列出的各项中选择"},
    ),
    (forms.ChoiceField, {"required": "未选择{label}", "invalid_choice": "“{label}”须从列出的各项中选择"}),
    (forms.BooleanField, {"required": "未勾选“{label}”"}),
    (forms.DateField, {"required": "未填写{label}", "invalid": "{label}须是实际存在的日期，如 2026-11-23"}),
    (forms.IntegerField, {"required": "未填写{label}", "invalid": "{label}须填整数"}),
    (forms.DecimalField, {"required": "未填写{label}", "invalid": "{label}须填数字"}),
    (forms.Field, {"required": "未填写{label}"}),
)
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""The dates that anything of the portal can bear."""
LARGEST = 2**31 - 1
"""The largest number that a column of the portal's takes."""
PLAIN = (
    forms.TextInput,
    forms.PasswordInput,
    forms.Textarea,
    forms.Select,
    forms.DateInput,
    forms.NumberInput,
)


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DropFile(forms.FileInput):
    """A zone to drop a file on; works as a plain file button without script.

    `hint` says what is taken: DropFile("PDF、JPG，不超过 10 MB", accept=".pdf,.jpg"). `many` takes several
    files; the value is a list then.
    """

    template_name = "ui/widgets/drop.html"
    wide = True

    def __init__(
        self, hint: str = "", accept: str = "", attrs: dict[str, Any] | None = None, *, many: bool = False
    ) -> None:
        self.allow_multiple_selected = many
        own = {**({"accept": accept} if accept else {}), **({"multiple": True} if many else {})}
        super().__init__({**own, **(attrs or {})})
        self.hint = hint

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if self.allow_multiple_selected else files.get(name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "hint": self.hint}


class _Key(forms.Field):
    """Takes the keys that `whole` takes; anything else was never among the choices."""

    def _refuse_unless_key(self, value: Any, code: str) -> None:
        if not hasattr(value, "pk") and whole(str(value)) is None:
            raise ValidationError(self.error_messages[code], code=code, params={"value": value, "pk": value})

    def label_from_instance(self, obj: Any) -> str:
        """The row's own word for lists of choices, where it has one."""
        return str(getattr(obj, "choice_label", obj))


class RowField(_Key, forms.ModelChoiceField):
    """One row among those of a query, by its key."""

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values:
            self._refuse_unless_key(value, "invalid_choice")
        return super().to_python(value)


class RowsField(_Key, forms.ModelMultipleChoiceField):
    """Several rows among those of a query, by their keys."""

    def _check_values(self, value: Any) -> Any:
        for each in value:
            self._refuse_unless_key(each, "invalid_choice")
        return super()._check_values(value)  # type: ignore[misc]  # Django's, but not in its stubs


class FormMixin(forms.BaseForm):
    """Classes of the design, native date pickers, Chinese messages; no bubbles of the browser."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A colon after a label is not of this design.
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            prepare_widget(field)

    def field(self, name: str, kind: type[F]) -> F:
        """Return a field as what it is, for giving it its rows or choices."""
        found = self.fields[name]
        assert isinstance(found, kind)
        return found

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal at its field, or at the head of the form."""
        add_domain_error(self, error)


class Form(FormMixin, forms.Form):
    """The portal's plain form."""


class ModelForm(FormMixin, forms.ModelForm):
    """The portal's form over a model. It validates; services write."""


def refuse_id_numbers(text: str) -> None:
    """Raise ValidationError for free text with somebody's identity number: there it would lie in clear."""
    masked = str(without_id_numbers(text))
    found = _MASKED.search(masked) if masked != text else None
    if found:
        raise ValidationError(f"文字中有身份证号码“{found[0]}”，删去后再提交；号码只在登记人员的专栏中填写")


def prepare_widget(field: forms.Field) -> None:
    """Give a field the control of the design and its messages in Chinese."""
    if isinstance(field, forms.DateField) and type(field.widget) is forms.DateInput:
        attrs = field.widget.attrs
        field.widget = DateInput(attrs)
    widget = field.widget
    if isinstance(widget, forms.Textarea):
        field.validators = [*field.validators, refuse_id_numbers]
        rows = int(widget.attrs.get("rows", 10))
        widget.attrs["rows"] = 3 if rows == 10 else rows
        widget.attrs.pop("cols", None)
    if isinstance(widget, PLAIN) and not isinstance(
        widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)
    ):
        classes = widget.attrs.get("class", "").split()
        if "control" not in classes:
            widget.attrs["class"] = " ".join(["control", *classes])
    if isinstance(field, forms.ModelChoiceField):
        # Its choices are a query: left alone here.
        if field.empty_label == "---------":
            field.empty_label = "请选择"
    elif isinstance(field, forms.ChoiceField) and isinstance(widget, forms.Select):
        widget.choices = [(v, "请选择" if t == "---------" else t) for v, t in pairs_of(field)]
    _translate(field)
    _bound(field)


def _bound(field: forms.Field) -> None:
    """Say limits in words. A control that cuts what is pasted would lose the rest unseen."""
    label = field.label or ""
    if isinstance(field, forms.CharField) and field.max_length is not None:
        field.widget.attrs.pop("maxlength", None)
        field.error_messages.setdefault(
            "max_length", f"{label}有 %(show_value)d 字，不能超过 %(limit_value)d 字"
        )
    if isinstance(field, forms.IntegerField):
        _limit(field, MinValueValidator(-LARGEST))
        _limit(field, MaxValueValidator(LARGEST))
        least: Any = -LARGEST if field.min_value is None else field.min_value
        most: Any = LARGEST if field.max_value is None else field.max_value
        between = f"{label}须在 {least} 至 {most} 之间"
        lower = (
            f"{label}须不小于 {least}" if field.max_value is None and field.min_value is not None else between
        )
        field.error_messages.setdefault("min_value", lower)
        field.error_messages.setdefault("max_value", between)
    if isinstance(field, forms.DateField):
        # Days are counted from what is typed: the ends of the calendar have no day before or after.
        words = f"{label}须在 {EARLIEST:%Y} 年至 {LATEST:%Y} 年之间"
        _limit(field, MinValueValidator(EARLIEST, words))
        _limit(field, MaxValueValidator(LATEST, words))


def _limit(field: forms.Field, limit: BaseValidator) -> None:
    if limit not in field.validators:
        field.validators.append(limit)


def pairs_of(field: Any) -> list[tuple[Any, Any]]:
    """The choices of a field, read once."""
    return list(field.choices)


def _translate(field: forms.Field) -> None:
    for kind, messages in MESSAGES:
        if isinstance(field, kind):
            defaults = _class_messages(type(field))
            for code, message in messages.items():
                if field.error_messages.get(code) == defaults.get(code):
                    field.error_messages[code] = message.format(label=field.label or "")
            return


def _class_messages(kind: type[forms.Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        found.update(getattr(base, "default_error_messages", {}))
    return found


def add_domain_error(form: Any, error: DomainError) -> None:
    """Put a refusal at the form's field of that name, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
