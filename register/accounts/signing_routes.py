"""Signing in and out: the password, the second step, and showing again who one is."""

from typing import Any

from register.accounts import arriving, entering, second_factor, throttle, totp, waiting
from register.accounts.entering import Tried
from register.errors import FieldError, Throttled
from register.guards import Go, Page, Rooms, Visit, anyone, beforehand, requires, signed_in, signing
from register.i18n import mark as _
from register.models import Account
from register.web.forms import Form, address, code, secret
from register.words.people import Deed

rooms = Rooms("signing")
_WRONG_CODE = _("This code is not right, or was used before. Wait for the next one of your app.")
_WRONG_RECOVERY = _("This recovery code is not right, or was used before.")


class SignInForm(Form):
    """The address and the password."""

    email = address("email", autocomplete="username")
    password = secret("password", autocomplete="current-password")


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = code("code")


class PasswordForm(Form):
    """The password alone, of who is signed in."""

    password = secret("password", autocomplete="current-password")


def _try_sign_in(visit: Visit) -> Tried | Throttled | None:
    """Before the transaction: whether the password fits the address. The same work is done for an unknown address."""
    form = SignInForm(visit.language, visit.posted)
    if not form.ok():
        return None
    account = entering.by_address(visit.session, form.email.data)
    return _try(visit, _sign_in_keys(visit, form), form.password.data, account.password if account else "")


def _try_proof(visit: Visit) -> Tried | Throttled | None:
    """Before the transaction: whether the password is that of who is signed in."""
    if visit.signed_in is None or not visit.signed_in.complete or "password" not in visit.posted:
        return None
    form = PasswordForm(visit.language, visit.posted)
    if not form.ok():
        return None
    account = visit.signed_in.account
    return _try(visit, _keys(visit, f"proof {account.id}"), form.password.data, account.password)


@rooms.open("sign-in", methods=("GET", "POST"))
@anyone
@beforehand(_try_sign_in)
def sign_in(visit: Visit) -> Page | Go:
    """Sign in with a password. The answer is the same, and as slow, whether or not the register knows the address."""
    if not visit.writes and visit.signed_in and visit.signed_in.complete:
        return Go(arriving.onward(visit.signed_in.account, visit.back))
    form = SignInForm(visit.language, visit.posted if visit.writes else None)
    if not visit.writes or not form.ok():
        return _sign_in(visit, form, 422 if visit.writes else 200)
    tried = visit.ahead
    account = entering.by_address(visit.session, form.email.data)
    try:
        right = _right(visit, _sign_in_keys(visit, form), tried, account.password if account else "")
    except Throttled as error:
        return waiting.later(visit, form, error, _sign_in(visit, form, 429))
    if account is None or not right:
        _refused_at_door(visit, _sign_in_keys(visit, form), account)
        form.fail(FieldError("", _("This e-mail address and this password do not belong together. Check them both.")))
        return _sign_in(visit, form, 422)
    if tried.renewed:
        account.password = tried.renewed
    return arriving.arrive(visit, account, means="password", both=False, back=visit.back)


@rooms.open("second-step", methods=("GET", "POST"))
@signed_in
def second_step(visit: Visit) -> Page | Go:
    """Show the second factor: a code of the app, a recovery code, or by the page of passkeys."""
    found = visit.signed_in
    assert found is not None  # noqa: S101 - the door lets nobody else in
    if found.complete:
        return Go(arriving.onward(found.account, visit.back))
    kinds = second_factor.kinds(visit.session, found.account.id)
    form = CodeForm(visit.language, visit.posted if visit.writes else None)
    if not visit.writes or not form.ok():
        return _second_step(visit, form, kinds, 422 if visit.writes else 200)
    try:
        means = _code(visit, throttle.second_step(found.account.id), form)
    except Throttled as error:
        return waiting.later(visit, form, error, _second_step(visit, form, kinds, 429))
    if means is None:
        return _second_step(visit, form, kinds, 422)
    onward = arriving.finish(visit, means=means, back=visit.back)
    return Go(onward.path, "code-used") if means == "recovery code" else onward


@rooms.open("sign-out", methods=("POST",))
@anyone
def sign_out(visit: Visit) -> Go:
    """Sign out: the sign-in ends, and the browser forgets what it keeps of the register. Twice does no harm."""
    found = visit.signed_in
    if found:
        visit.check_mark()
        if found.complete:
            visit.trail.add(Deed.SIGNED_OUT, found.account)
        signing.end(visit.session, found.account.id, visit.now, only=[found.row.id])
    visit.forget_token()
    return Go(visit.path("sign-in"), "signed-out")


@rooms.open("prove", methods=("GET", "POST"))
@requires("see", "account")
@beforehand(_try_proof)
def prove(visit: Visit) -> Page | Go:
    """Show again who one is, before what matters most; then back to it, with what was typed there."""
    found = visit.signed_in
    assert found is not None  # noqa: S101 - the door lets nobody else in
    kinds = second_factor.kinds(visit.session, found.account.id) | ({"password"} if found.account.password else set())
    by_password = visit.writes and "code" not in visit.posted
    password = PasswordForm(visit.language, visit.posted if by_password else None)
    typed = CodeForm(visit.language, visit.posted if visit.writes and not by_password else None)
    page = Page("accounts/prove.html", {"password": password, "code": typed, "kinds": kinds, **_ways(visit)})
    form = password if by_password else typed
    if not visit.writes or not form.ok():
        page.status = 422 if visit.writes else 200
        return page
    try:
        means = _proof(visit, password) if by_password else _code(visit, f"proof {found.account.id}", typed)
    except Throttled as error:
        return waiting.later(visit, form, error, page)
    if means is None:
        page.status, page.keep = 422, True
        return page
    found.row.proved_at = visit.now
    visit.trail.add(Deed.PROVED_AGAIN, found.account, means=means)
    return Go(arriving.onward(found.account, visit.back))


def _try(visit: Visit, keys: tuple[str, ...], password: str, kept: str) -> Tried | Throttled:
    """Try a password, unless it is too soon: whoever must wait costs nothing."""
    try:
        throttle.check(visit.session, keys, visit.now, visit.settings.limits)
    except Throttled as error:
        return error
    return entering.attempt(password, kept, visit.settings.limits)


def _right(visit: Visit, keys: tuple[str, ...], tried: Tried | Throttled, kept: str) -> bool:
    """Whether the password fitted, and still does. Counts the attempt. Raises Throttled."""
    if isinstance(tried, Throttled):
        raise tried
    throttle.check(visit.session, keys, visit.now, visit.settings.limits)
    right = tried.fits and tried.kept == kept
    throttle.settle(visit.session, keys, visit.now, right=right)
    return right


def _proof(visit: Visit, form: PasswordForm) -> str | None:
    """`password` when it is that of who is signed in; else its field says no. Raises Throttled."""
    assert visit.signed_in is not None  # noqa: S101 - the door lets nobody else in
    account = visit.signed_in.account
    keys = _keys(visit, f"proof {account.id}")
    if _right(visit, keys, visit.ahead, account.password):
        return "password"
    form.fail(FieldError("password", _("This is not your password.")))
    _refused(visit, keys, "password")
    return None


def _code(visit: Visit, what: str, form: CodeForm) -> str | None:
    """What the code was that somebody typed; None when it is not right, and its field says so. Raises Throttled."""
    assert visit.signed_in is not None  # noqa: S101 - the door lets nobody else in
    keys = _keys(visit, what)
    throttle.check(visit.session, keys, visit.now, visit.settings.limits)
    account_id = visit.signed_in.account.id
    means = second_factor.use(visit.session, visit.settings.secret, account_id, form.code.data, visit.now)
    throttle.settle(visit.session, keys, visit.now, right=means is not None)
    if means is None:
        form.fail(FieldError("code", _WRONG_RECOVERY if _is_long(form.code.data) else _WRONG_CODE))
        _refused(visit, keys, "code")
        return None
    if means == "recovery code":
        visit.trail.add(Deed.CODE_USED, visit.signed_in.account, actor=account_id)
    return means


def _is_long(code: str) -> bool:
    """Whether it can be no code of an app, however it is spaced."""
    return sum(sign.isalnum() for sign in code) > totp.DIGITS


def _refused(visit: Visit, keys: tuple[str, ...], means: str) -> None:
    """Write that an attempt of who is signed in, or half, was refused, and once that they have to wait."""
    if visit.signed_in:
        account = visit.signed_in.account
        visit.trail.add(Deed.SIGN_IN_REFUSED, account, actor=account.id, means=means)
        if throttle.full(visit.session, keys, visit.now, visit.settings.limits):
            visit.trail.add(Deed.LOCKED_OUT, account, actor=account.id, means=means)


def _refused_at_door(visit: Visit, keys: tuple[str, ...], account: Account | None) -> None:
    """The same for a wrong password, of which nobody knows who typed it. Asks as much for an address nobody has."""
    full = throttle.full(visit.session, keys, visit.now, visit.settings.limits)
    if account:
        for deed in (Deed.SIGN_IN_REFUSED, *([Deed.LOCKED_OUT] if full else [])):
            arriving.by_nobody(visit, deed, account, means="password")


def _sign_in_keys(visit: Visit, form: SignInForm) -> tuple[str, ...]:
    return _keys(visit, str(form.email.data))


def _keys(visit: Visit, what: str) -> tuple[str, ...]:
    return throttle.keys(visit.settings.secret, what, visit.network)


def _sign_in(visit: Visit, form: SignInForm, status: int) -> Page:
    return Page("accounts/sign_in.html", {"form": form, **_ways(visit)}, status=status, keep=True)


def _second_step(visit: Visit, form: CodeForm, kinds: frozenset[str], status: int) -> Page:
    return Page("accounts/second_step.html", {"form": form, "kinds": kinds, **_ways(visit)}, status=status, keep=True)


def _ways(visit: Visit) -> dict[str, Any]:
    """Where to go afterwards, and the sides whose own sign-in service can be used."""
    return {"back": visit.back, "sides": sorted(visit.settings.providers)}
