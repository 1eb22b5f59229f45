"""permit, nonces, DOMAIN_SEPARATOR, eip712Domain: signatures made by eth_account."""

import boa
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from mdt.addresses import ZERO_ADDRESS
from tests.support.permits import NEVER, N, give_permit, sign_permit
from tests.support.profiles import examples
from tests.support.token import TOKEN, deploy_token, issue

UNIT = 10**18
UNLIMITED = 2**256 - 1


@pytest.fixture
def signer():
    return Account.from_key(b"\x11" * 32)


@pytest.fixture
def other_signer():
    return Account.from_key(b"\x22" * 32)


@pytest.mark.parametrize("value", [0, 1, UNLIMITED])
def test_permit__signed_by_the_owner__sets_the_allowance(token, signer, spender, attacker, value):
    with boa.env.prank(attacker):
        give_permit(token, signer, spender, value)
    (entry,) = token.get_logs()
    assert type(entry).__name__ == "Approval"
    assert (entry.owner, entry.spender, entry.value) == (signer.address, spender, value)
    assert token.allowance(signer.address, spender) == value
    assert token.nonces(signer.address) == 1


def test_permit__at_the_deadline__is_good(token, signer, spender):
    give_permit(token, signer, spender, 5, boa.env.timestamp)
    assert token.allowance(signer.address, spender) == 5


def test_permit__after_the_deadline__reverts(token, signer, spender):
    signed = sign_permit(token, signer, spender, 5, boa.env.timestamp - 1)
    with boa.reverts("mdt: permit expired"):
        token.permit(signer.address, spender, 5, boa.env.timestamp - 1, *signed)


def test_permit__twice__reverts(token, signer, spender):
    signed = sign_permit(token, signer, spender, 5)
    token.permit(signer.address, spender, 5, NEVER, *signed)
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, 5, NEVER, *signed)


def test_permit__second_one_with_the_next_nonce__replaces_the_first(token, signer, spender):
    give_permit(token, signer, spender, 5)
    give_permit(token, signer, spender, 7)
    assert (token.allowance(signer.address, spender), token.nonces(signer.address)) == (7, 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": 1},
        {"value": 6},
        {"deadline": NEVER - 1},
        {"spender": ZERO_ADDRESS},
        {"owner": ZERO_ADDRESS},
        {"chainId": 8898},
        {"version": "2"},
        {"name": "ModernTensor2"},
        {"verifyingContract": "0x" + "11" * 20},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_permit__signed_over_something_else__reverts(token, signer, spender, changed):
    """B19: a signature for another chain, contract or message is worthless here."""
    signed = sign_permit(token, signer, spender, 5, changed=changed)
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, 5, NEVER, *signed)


def test_permit__signed_by_another__reverts(token, signer, other_signer, spender):
    signed = sign_permit(token, other_signer, spender, 5, changed={"owner": signer.address})
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, 5, NEVER, *signed)


def test_permit__high_s_twin__reverts(token, signer, spender):
    v, r, s = sign_permit(token, signer, spender, 5)
    twin = (N - int.from_bytes(s, "big")).to_bytes(32, "big")
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, 5, NEVER, 55 - v, r, twin)


@pytest.mark.parametrize("s", [N // 2, N // 2 + 1])
def test_permit__s_at_the_middle__is_refused_either_way(token, signer, spender, s):
    """The lower value reaches the recovery and fails there, the upper one is refused at once."""
    v, r, _ = sign_permit(token, signer, spender, 5)
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, 5, NEVER, v, r, s.to_bytes(32, "big"))


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_permit__bad_recovery_id__reverts_for_the_owner_and_for_zero(token, signer, spender, v):
    _, r, s = sign_permit(token, signer, spender, 5)
    for account in (signer.address, ZERO_ADDRESS):
        with boa.reverts("mdt: bad signature"):
            token.permit(account, spender, 5, NEVER, v, r, s)
    assert token.allowance(ZERO_ADDRESS, spender) == 0


def test_permit__signed_for_the_zero_address__reverts_and_the_nonce_stays(token, signer):
    signed = sign_permit(token, signer, ZERO_ADDRESS, 5)
    with boa.reverts("mdt: zero address"):
        token.permit(signer.address, ZERO_ADDRESS, 5, NEVER, *signed)
    assert token.nonces(signer.address) == 0


def test_permit__no_signature_for_the_zero_address__reverts(token, spender):
    for r, s in ((bytes(32), bytes(32)), (b"\xff" * 32, b"\x01" * 32)):
        with boa.reverts("mdt: bad signature"):
            token.permit(ZERO_ADDRESS, spender, 5, NEVER, 27, r, s)


def test_permit__handed_in_by_somebody_else_first__leaves_the_allowance_usable(token, signer, spender, recipient, attacker):
    """C36: the front-run permit reverts the second time, and transferFrom by the allowance works."""
    issue(token, signer.address, UNIT)
    signed = sign_permit(token, signer, spender, UNIT)
    token.permit(signer.address, spender, UNIT, NEVER, *signed, sender=attacker)
    with boa.reverts("mdt: bad signature"):
        token.permit(signer.address, spender, UNIT, NEVER, *signed, sender=spender)
    token.transferFrom(signer.address, recipient, UNIT, sender=spender)
    assert token.balanceOf(recipient) == UNIT


def test_eip712Domain__preset__has_name_version_chain_and_contract(token):
    fields, name, version, chain_id, contract, salt, extensions = token.eip712Domain()
    assert (fields, name, version) == (b"\x0f", TOKEN.name, "1")
    assert (chain_id, contract) == (boa.env.evm.patch.chain_id, token.address)
    assert (salt, extensions) == (bytes(32), [])


def test_DOMAIN_SEPARATOR__second_implementation__agrees(token):
    _, name, version, chain_id, contract, _, _ = token.eip712Domain()
    signable = encode_typed_data({"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract}, {"Empty": []}, {})
    assert token.DOMAIN_SEPARATOR() == signable.header


def test_DOMAIN_SEPARATOR__after_a_fork__is_built_anew_and_old_permits_die(token, signer, spender):
    old_separator, old_id = token.DOMAIN_SEPARATOR(), token.eip712Domain()[3]
    signed = sign_permit(token, signer, spender, 5)
    with boa.env.anchor():
        boa.env.evm.patch.chain_id = old_id + 1
        try:
            assert token.eip712Domain()[3] == old_id + 1
            assert token.DOMAIN_SEPARATOR() != old_separator
            with boa.reverts("mdt: bad signature"):
                token.permit(signer.address, spender, 5, NEVER, *signed)
            give_permit(token, signer, spender, 5)
            assert token.allowance(signer.address, spender) == 5
        finally:
            boa.env.evm.patch.chain_id = old_id
    assert token.DOMAIN_SEPARATOR() == old_separator


def test_nonces__stranger__are_zero(token, attacker):
    assert token.nonces(attacker) == 0


@settings(max_examples=examples(10, 60, 2_000), deadline=None)
@given(seed=st.integers(1, N - 1), value=st.integers(0, UNLIMITED), late=st.integers(0, 2**64), flip=st.integers(0, 8 * 65 - 1))
def test_permit__any_key_and_value__is_good_once_and_no_single_bit_of_it_may_change(permit_token, seed, value, late, flip):
    signer, spender = Account.from_key(seed.to_bytes(32, "big")), boa.env.generate_address("spender")
    deadline = boa.env.timestamp + late
    v, r, s = sign_permit(permit_token, signer, spender, value, deadline)
    changed = int.from_bytes(bytes([v]) + r + s, "big") ^ (1 << flip)
    bad = changed.to_bytes(65, "big")
    with boa.reverts("mdt: bad signature"):
        permit_token.permit(signer.address, spender, value, deadline, bad[0], bad[1:33], bad[33:])
    permit_token.permit(signer.address, spender, value, deadline, v, r, s)
    assert permit_token.allowance(signer.address, spender) == value


@pytest.fixture(scope="module")
def permit_token():
    role = boa.env.generate_address("owner")
    return deploy_token(role, role)
