"""Browsers in words, and page keys that give nothing away."""

import pytest

from register.accounts.devices import device
from register.accounts.hiding import PageKeys

MOZILLA = "Mozilla/5.0 "
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (MOZILLA + "(Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Windows"),
        (MOZILLA + f"(Windows NT 10.0; Win64; x64) {WEBKIT}Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        (MOZILLA + f"(X11; Linux x86_64) {WEBKIT}Chrome/140.0.0.0 Safari/537.36", "Chrome", "Linux"),
        (MOZILLA + f"(Linux; Android 16) {WEBKIT}Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        (MOZILLA + "(Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari", "macOS"),
        (MOZILLA + "(iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/140.0 Safari/604.1", "Chrome", "iPhone"),
        ("curl/8.9", "", ""),
        ("", "", ""),
        ("<script>Firefox/</script>", "Firefox", ""),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(agent: str, browser: str, system: str) -> None:
    assert device(agent) == (browser, system)


class TestPageKeys:
    keys = PageKeys("a secret of this installation", "audit nl")

    def test_show_what_they_hide(self) -> None:
        for number in (1, 2, 10**9, 2**62):
            assert self.keys.show(self.keys.hide(number)) == number
        assert self.keys.hide(None) == ""

    def test_do_not_let_anybody_count(self) -> None:
        first, second = self.keys.hide(1000), self.keys.hide(1001)
        assert len(first) == len(second)
        assert sum(one == other for one, other in zip(first, second, strict=True)) < len(first) / 2

    @pytest.mark.parametrize("key", ["", "1", "1000", "é", "aaaa", "=" * 32, "A" * 32, "\ud800"])
    def test_cannot_be_made_up(self, key: str) -> None:
        assert self.keys.show(key) is None

    def test_are_of_one_place_and_one_installation(self) -> None:
        key = self.keys.hide(7)
        assert PageKeys("a secret of this installation", "audit vl").show(key) is None
        assert PageKeys("another secret", "audit nl").show(key) is None
        assert self.keys.show(key[:-1] + ("A" if key[-1] != "A" else "B")) is None
