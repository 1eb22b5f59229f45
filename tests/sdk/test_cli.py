"""The command `mdt`: what it imports and when, which network and account it takes, what it prints. Nothing here needs a contract."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from eth_account import Account
from eth_account.messages import encode_defunct

from mdt.cli import ape_log, network
from mdt.cli.accounts import TEST_ACCOUNTS, address_of, first_line, known_account, known_addresses, signer_of
from mdt.cli.main import GROUPS, main
from mdt.cli.output import is_number, listed, percent, percent_of_wad, plain, spans
from mdt.cli.scheduling import Scheduling
from mdt.cli.session import session
from mdt.cli.vesting_terms import Shape
from mdt.errors import AccountError, ChainError, ConfigError, UnitError, WrongChainError
from mdt.files import ROOT
from mdt.preset.genesis import of_preset
from mdt.preset.settings import load
from mdt.suite.kinds import BPS, SECONDS, TIME, WEI, kind_of
from tests.support.governance import abis

HOLDERS = [one.recipient for one in of_preset(load("luxtensor")) if one.is_open]

KEY = "0x" + "17" * 32
ADDRESS = Account.from_key(KEY).address
PUBLIC = {"network": "luxtensor-mainnet", "is_local": False, "is_devnet": False}
LOCAL = {"network": "local", "is_local": True, "is_devnet": False}


def in_a_process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mdt", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "sdk"), **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


@pytest.fixture
def keystore(tmp_path) -> Path:
    """A key in a file, cheaply encrypted."""
    path = tmp_path / "key.json"
    path.write_text(json.dumps(Account.encrypt(KEY, "open sesame", kdf="pbkdf2", iterations=1)))
    return path


@pytest.fixture
def mainnet():
    """A node that says it serves Luxtensor's main network, and knows nothing else."""

    class Node(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            result = {"eth_chainId": hex(network.CHAIN_IDS["mainnet"])}.get(asked["method"], "0x")
            body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Node) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


# --- groups, loaded when they are used ---


def test_help__no_group_is_imported__each_has_its_line():
    code = "import sys; from click.testing import CliRunner; from mdt.cli.main import main\n"
    code += "print(CliRunner().invoke(main, ['--help']).output); print(sorted(one for one in sys.modules if one.startswith('mdt') or one == 'web3'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "sdk")})
    shown, imported = done.stdout.strip().rsplit("\n", 1)
    assert imported == "['mdt', 'mdt.cli', 'mdt.cli.main']"
    assert [name for name in GROUPS if f"\n  {name} " not in shown] == []


def test_groups__every_one__is_a_command_with_help_of_its_own():
    for name in GROUPS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.name == name
        result = CliRunner().invoke(main, [name, "--help"])
        assert (result.exit_code, result.output.startswith(f"Usage: main {name}")) == (0, True)
    assert {path.stem for path in (ROOT / "scripts").glob("*.py")} == set(GROUPS)


def test_commands__unknown__refused():
    assert CliRunner().invoke(main, ["tokens"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["deply"], "No such command 'deply'. (did you mean 'deploy'?)"),
        (["stake", "positons"], "No such command 'positons'. (did you mean 'positions'?)"),
        (["deploy", "verfy"], "No such command 'verfy'. (did you mean 'verify'?)"),
        (["token", "transfer", "0x" + "5e" * 20, "1000", "MDT"], "Got unexpected extra argument (MDT); with quotes it is one value: '1000 MDT'"),
        (["local", "advance", "1", "day"], "Got unexpected extra argument (day); with quotes it is one value: '1 day'"),
        (["governance", "show", "0x12", "--json", "7", "7"], "Got unexpected extra arguments (7 7)"),
        *(
            (["token", "transfer", "0x" + "5e" * 20, value], f"'{value}' is below zero: amounts and numbers are written without a sign, and are zero or above")
            for value in ("-1", "-1 MDT", "-.5", "-1,000")
        ),
        (["token", "transfer", "0x" + "5e" * 20, "--amont", "-1"], "No such option: --amont (Possible options: --account, --amount, --json)"),
    ],
)
def test_command_line__near_miss__says_what_may_be_meant(words, hint):
    done = CliRunner(mix_stderr=False).invoke(main, words)
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, f"Error: {hint}")


def test_version__said():
    assert in_a_process("--version").stdout.startswith("mdt, version ")


def test_deploy_help__shows_the_options_and_verify():
    shown = CliRunner().invoke(main, ["deploy", "--help"]).output
    assert [word for word in ("--preset", "--guardian", "--keep-ownership", "--rpc", "verify") if word not in shown] == []


def test_deploy__options_before_verify__refused():
    result = CliRunner().invoke(main, ["deploy", "--preset", "dchat", "verify"])
    assert (result.exit_code, "write the options after verify" in result.output) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion__script__calls_mdt(shell):
    printed = CliRunner().invoke(main, ["completion", shell]).output
    assert "_MDT_COMPLETE" in printed
    assert f"{shell}_complete" in printed


def test_completion__words__completed():
    done = in_a_process(_MDT_COMPLETE="bash_complete", COMP_WORDS="mdt token sta", COMP_CWORD="2")
    assert done.stdout.strip() == "plain,stats"


# --- networks ---


def test_network__none_named__says_how():
    result = CliRunner(mix_stderr=False).invoke(main, ["token", "stats"], env={"MDT_RPC": None, "MDT_NETWORK": None})
    assert result.exit_code == 1
    assert result.stderr.startswith("error: say which chain: --rpc URL, or --network NAME")


def test_network__unknown_name__lists_the_records():
    result = CliRunner(mix_stderr=False).invoke(main, ["token", "stats"], env={"MDT_NETWORK": "nowhere"})
    assert "there is no network 'nowhere': name a record (" in result.stderr


@pytest.mark.parametrize("name", ["luxtensor-mainnet", "luxtensor-testnet"])
def test_network__ours_without_a_record__the_record_is_what_is_missing(name):
    result = CliRunner(mix_stderr=False).invoke(main, ["token", "stats"], env={"MDT_NETWORK": name, "MDT_RPC": None})
    assert result.stderr.startswith(f"error: no deployment is recorded for {name}: ")
    assert "there is no network" not in result.stderr


def test_network__node_without_a_scheme__says_how():
    with (
        pytest.raises(ConfigError, match=r"127\.0\.0\.1:8545 is no address of a node: write it whole, http://127\.0\.0\.1:8545"),
        network.opened(None, "127.0.0.1:8545", None),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "environment", "seen"),
    [
        (["--rpc", "http://b"], {"MDT_NETWORK": "ethereum:local:http://a"}, ("ethereum:local", "http://b")),
        (["--rpc", "http://b"], {"MDT_NETWORK": "demo-devnet"}, ("demo-devnet", "http://b")),
        (["--network", "ethereum:local:http://b"], {"MDT_RPC": "http://a"}, ("ethereum:local:http://b", None)),
        (["--network", "demo-devnet"], {"MDT_RPC": "http://a"}, ("demo-devnet", "http://a")),
        ([], {"MDT_NETWORK": "demo-devnet", "MDT_RPC": "http://a"}, ("demo-devnet", "http://a")),
        (["--network", "luxtensor:devnet:http://a", "--rpc", "http://b"], {}, ("luxtensor:devnet:http://a", "http://b")),
    ],
)
def test_network__typed_and_in_the_environment__the_typed_node_counts(monkeypatch, arguments, environment, seen):
    asked = []

    @contextmanager
    def opened(named, rpc, *_):
        asked.append((named, rpc))
        raise ConfigError("asked")
        yield

    monkeypatch.setattr("mdt.cli.session.session", opened)
    CliRunner(mix_stderr=False).invoke(main, ["token", "stats", *arguments], env={"MDT_RPC": None, "MDT_NETWORK": None, **environment})
    assert asked == [seen]


def test_network__two_nodes__refused():
    with pytest.raises(ConfigError, match="name two nodes"), network.opened("luxtensor:devnet:http://a", "http://b", None):
        pass


def test_network__nobody_answers__one_line():
    done = CliRunner(mix_stderr=False).invoke(main, ["token", "stats", "--rpc", "http://127.0.0.1:1"])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "the node does not answer" in done.stderr


def test_network__by_the_chain_that_answers__named(mainnet, tmp_path):
    with network.opened(None, mainnet, tmp_path) as found:
        assert (found.name, found.is_local, found.is_devnet, found.chain.chain_id) == ("luxtensor-mainnet", False, False, 8898)
    with network.opened(f"luxtensor:mainnet:{mainnet}", None, tmp_path) as found:
        assert found.folder.path == tmp_path
    with pytest.raises(ConfigError, match="there is no network other:net"), network.opened(f"other:net:{mainnet}", None, None):
        pass


def test_network__another_chain_answers__refused_before_anything_is_signed(mainnet):
    done = CliRunner(mix_stderr=False).invoke(main, ["token", "stats", "--network", "luxtensor:devnet", "--rpc", mainnet])
    assert "serves chain id 8898, expected 88980" in done.stderr


@pytest.mark.parametrize("name", ["luxtensor-testnet", "luxtensor-devnet"])
def test_network__named_and_without_a_record__its_chain_id_counts(mainnet, tmp_path, name):
    """A first deployment is the case that has no record: who says testnet must not sign for mainnet."""
    with pytest.raises(WrongChainError, match="serves chain id 8898"), network.opened(name, mainnet, tmp_path):
        pass


def test_network__neither_record_nor_ours__refused_although_a_node_answers(mainnet, tmp_path):
    with pytest.raises(ConfigError, match="there is no network 'luxtensr-devnet'"), network.opened("luxtensr-devnet", mainnet, tmp_path):
        pass


@pytest.mark.parametrize("name", ["ethereum:local", "any:local", "local"])
def test_network__called_local_with_a_public_chain_id__refused(mainnet, tmp_path, name):
    """On local networks test keys sign, and nobody is asked."""
    with pytest.raises(ConfigError, match="the node serves chain id 8898, a local network has 1337 or 31337"), network.opened(name, mainnet, tmp_path):
        pass


def test_local_advance__anvil_behind_a_public_network__refused(mainnet, tmp_path, monkeypatch):
    """A node that calls itself anvil may serve a chain that others use."""
    monkeypatch.setattr("mdt.chain.transactions.Chain.is_local", property(lambda _self: True))
    where = ["--network", f"luxtensor:mainnet:{mainnet}", "--deployments", str(tmp_path)]
    done = CliRunner(mix_stderr=False).invoke(main, ["local", "advance", "2 days", *where])
    assert (done.exit_code, "is no chain of your own" in done.stderr) == (1, True), done.stderr


def test_address__test_account_on_a_public_network__gets_nothing(mainnet, tmp_path):
    with session(f"luxtensor:mainnet:{mainnet}", None, tmp_path, False) as public, pytest.raises(AccountError, match="it gets no tokens and no role"):
        public.address("TEST::7")


def deploy_on(node: str, folder: Path, *words: str, holders: tuple[str, ...] = ()):
    """`mdt deploy --dry-run` on a public network, with roles for keys that everybody knows: nothing is compiled or asked of the node before that is refused."""
    people = {"--guardian": 7, "--proposer": 6, "--reporter": 1}
    options = [part for option, number in people.items() for part in (option, known_addresses()[number])]
    options += [part for digits in ("cd", "ef") for part in ("--reporter", f"0x{digits * 20}")]
    path = folder / "key.json"
    path.write_text(json.dumps(Account.encrypt(KEY, "secret", iterations=2)))
    where = ["--network", f"luxtensor:mainnet:{node}", "--deployments", str(folder / "records"), "--keystore", str(path)]
    named = [part for name in holders for part in ("--holder", f"{name}=0x{'ab' * 20}")]
    return CliRunner(mix_stderr=False).invoke(main, ["deploy", *where, *options, *named, "--dry-run", *words], env={"MDT_PASSPHRASE": "secret"})


def test_deploy__role_for_a_key_that_everybody_knows__refused_by_address_too(mainnet, tmp_path):
    done = deploy_on(mainnet, tmp_path, holders=tuple(HOLDERS))
    assert done.exit_code == 1
    assert "whose key everybody knows: name another account" in done.stderr, done.stderr


# --- what a person writes: files, options, arguments ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{team: 0x%s}" % ("ab" * 20), "whose key everybody knows"),
        ("team: [{to: 0x0000000b00000000000000000000000000000001, amount: 3_150_000 MDT}]", "whose key everybody knows"),
        ('\ufeffteam: "0x%s"\r\n' % ("ab" * 20), "whose key everybody knows"),
        ("team: %s" % ("ab" * 20), "holders.yaml:1:7: team: '%s' is not an address: it lacks the 0x" % ("ab" * 20)),
        ("team: 0x{}\nteam: 0x{}\n".format("ab" * 20, "cd" * 20), "holders.yaml:2:1: the key 'team' stands twice, first at "),
        ("team: 0x%s" % ("00" * 20), "holders.yaml:1:7: team: 0x0000000000000000000000000000000000000000 is the zero address"),
        ("team: [{to: 0x%s, amount: 3_150_000}]" % ("ab" * 20), "holders.yaml:1:65: team[0].amount: '3_150_000' has no unit: write '3_150_000 MDT'"),
        ("team: [{to: 0x%s, amont: 3_150_000 MDT}]" % ("ab" * 20), "'amont' is not a key here (did you mean 'amount'?)"),
        ("\ntaem: 0x%s" % ("ab" * 20), "holders.yaml:2:7: taem: the genesis has no holder taem (did you mean 'team'?)"),
        ("team: [{to: 0x%s, amount: 1 MDT}]" % ("ab" * 20), "holders.yaml:1:7: team: the parts of holder team sum to 1 MDT, its allotment is 3,150,000 MDT"),
        ("", "holders.yaml:1:1: is empty"),
    ],
    ids=range(11),
)
def test_deploy__holders_file__read_as_written_or_refused_with_its_place(mainnet, tmp_path, text, words):
    path = tmp_path / "holders.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    done = deploy_on(mainnet, tmp_path, "--holders", str(path), holders=tuple(name for name in HOLDERS if name != "team"))
    assert (done.exit_code, words in done.stderr) == (1, True), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {bucket: team, to: team, amount: 1 MDT, amount: 2 MDT}", "genesis.yaml:1:43: the key 'amount' stands twice"),
        ("- {bucket: tema, to: team, amount: 1 MDT}", "genesis.yaml:1:12: [0].bucket: no bucket 'tema' (did you mean 'team'?)"),
        ("{bucket: team, to: team, amount: 1 MDT}", "genesis.yaml:1:1: is "),
        ("- {bucket: team, to: 0x12, amount: 1 MDT}", "genesis.yaml:1:22: [0].to: '0x12' is not an address"),
        (
            "- {bucket: team, to: 0x%s, amount: 1 MDT}\n- {bucket: team, to: ghost, amount: 1 MDT}" % ("ab" * 20),
            "genesis.yaml:2:3: [1]: nobody said who ghost is",
        ),
        ("- {bucket: team, to: 0x%s, amount: 1 MDT, vesting: teem}" % ("ab" * 20), "genesis.yaml:1:3: [0]: no vesting terms 'teem'; there are"),
        ("\n- {bucket: team, to: Staking, amount: 1 MDT}", "genesis.yaml:2:3: [0]: Staking could not spend what is sent to it"),
    ],
    ids=range(7),
)
def test_deploy__genesis_file__refused_with_its_place(mainnet, tmp_path, text, words):
    path = tmp_path / "genesis.yaml"
    path.write_text(text)
    done = deploy_on(mainnet, tmp_path, "--genesis", str(path))
    assert (done.exit_code, words in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--tge", "1898761600000"], "'1898761600000' is no time in seconds: were milliseconds meant? As such it is 2030-03-03"),
        (["--tge", "1970-01-02"], "allowed is 2020-01-01 00:00:00 UTC to 2100-01-01 00:00:00 UTC"),
        (["--tge", "20270131"], "a date has dashes: 2027-01-31"),
        (["--block-time", "3"], "'3' has no unit: write '3 seconds'"),
        (["--guardian", "0x" + "00" * 20], "Usage"),
        (["--arbiter", "0x" + "00" * 20], "is the zero address: nobody has its key"),
        (["--arbiter", "ab" * 20], "it lacks the 0x at its beginning"),
        (["--pool-operator", "0x000000000000000000000000000000000000dEaD"], "is where people send what is to be lost"),
        (["--holder", f"team={'0x' + '00' * 20}"], "is the zero address"),
        (["--quorum", "２"], "FULLWIDTH DIGIT TWO"),
        (["--quorum", "0_3"], "is not a plain whole number"),
        (["--start-margin", "0"], "Invalid value for '--start-margin'"),
        (["--preset", "luxtensr"], "no preset 'luxtensr' (did you mean 'luxtensor'?)"),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_deploy__options__refused_with_the_reason(mainnet, tmp_path, words, expected):
    done = deploy_on(mainnet, tmp_path, *words)
    assert done.exit_code in (1, 2)
    assert expected in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["token", "transfer", "A", "5 MDT", "--account", "TEST::0", "--account", "TEST::1"], "--account"),
        (["token", "transfer", "--to", "A", "--amount", "5 MDT", "--amount", "6 MDT"], "--amount"),
        (["deploy", "--tge", "2027-01-01", "--tge", "2027-01-02"], "--tge"),
        (["epoch", "collect", "data/demo", "--epoch", "1", "--epoch=2"], "--epoch"),
        (["token", "stats", "--network", "a", "--network", "b"], "--network"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_options__one_twice__refused_and_the_last_does_not_win(words, option):
    done = CliRunner(mix_stderr=False).invoke(main, words)
    assert (done.exit_code, f"{option} stands twice: give it once" in done.stderr) == (2, True), done.stderr


def test_options__meant_to_stand_twice_or_saying_the_same__taken(mainnet, tmp_path):
    done = deploy_on(mainnet, tmp_path, "--dry-run", "--executor", "0x" + "12" * 20, "--executor", "0x" + "34" * 20, holders=tuple(HOLDERS))
    assert "whose key everybody knows" in done.stderr, done.stderr


@pytest.mark.parametrize("number", ["1_0", "１", "-1", "1.0", "0x1", "010", "1e3", "²", "9" * 5_000, str(2**256)], ids=range(10))
def test_numbers__anything_but_digits__refused_by_every_command(number):
    done = CliRunner(mix_stderr=False).invoke(main, ["stake", "add", number, "5 MDT"])
    assert done.exit_code == 2, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("salt", "is_word"), [("payroll", True), ("0x" + "12" * 32, True), ("0x" + "12" * 31, False), ("0x12zz", False)])
def test_salt__begins_like_hex_and_is_none__refused(salt, is_word):
    if is_word:
        assert len(Scheduling(salt).salt_bytes()) == 32
    else:
        with pytest.raises(UnitError, match="is neither a word nor 0x and 64 hex digits"):
            Scheduling(salt).salt_bytes()


@pytest.mark.parametrize("salt", ["w\u202ex", "w\x00", "w\u200b"])
def test_salt__what_nobody_sees__refused(salt):
    with pytest.raises(UnitError, match="which cannot be seen: nobody would find the operation again"):
        Scheduling(salt).salt_bytes()


@pytest.mark.parametrize("start", ["1798761600000", "1970-01-01", "soon", "20270131"])
def test_vesting_start__outside_a_sane_range__refused(start):
    with pytest.raises(UnitError, match=r"were milliseconds meant|allowed is|is not a time"):
        Shape(start=start, linear="365 days").terms("luxtensor", "0x" + "ab" * 20, 10**18, 1_790_000_000)


def test_payee__nobody_or_the_token_itself__refused(mainnet, tmp_path):
    with session(f"luxtensor:mainnet:{mainnet}", None, tmp_path, False) as public:
        for text in ("0x" + "00" * 20, "0x" + "0" * 39 + "1", "0x000000000000000000000000000000000000dEaD"):
            assert public.address(text).lower() == text.lower(), "may be asked about"
            with pytest.raises(ChainError, match="nobody has its key"):
                public.payee(text)
        with pytest.raises(ChainError, match="it lacks the 0x"):
            public.address("AB" * 20)
        with pytest.raises(AccountError, match=r"no account 'Tresury'.*\(did you mean 'Treasury'\?\)"):
            public.address("Tresury")
    demo = ROOT / "deployments" / "demo-devnet"
    token = json.loads((demo / "MDT.json").read_text())["address"]
    with session(f"luxtensor:mainnet:{mainnet}", None, demo, False) as public, pytest.raises(AccountError, match="is the contract of the token itself"):
        public.payee(token.lower())


# --- accounts ---


def test_test_accounts__are_those_of_every_manual():
    assert known_addresses()[0] == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert len(set(known_addresses())) == TEST_ACCOUNTS
    assert signer_of(None, **LOCAL).address == known_addresses()[0]
    assert signer_of("TEST::3", network="luxtensor-devnet", is_local=False, is_devnet=True).address == known_addresses()[3]
    with pytest.raises(AccountError, match="there are TEST::0 to TEST::19"):
        signer_of("TEST::20", **LOCAL)


@pytest.mark.parametrize("account", ["TEST::0", "TEST::9", known_addresses()[7]])
def test_test_account__public_network__does_not_sign(account):
    with pytest.raises(AccountError, match="everybody knows: it can sign on local networks and the devnet, not on luxtensor-mainnet"):
        signer_of(account, **PUBLIC)


def test_test_account__in_a_keystore__does_not_sign_on_a_public_network(tmp_path, monkeypatch):
    path = tmp_path / "known.json"
    path.write_text(json.dumps(Account.encrypt(known_account(0).account.key, "x", kdf="pbkdf2", iterations=1)))
    monkeypatch.setenv("MDT_PASSPHRASE", "x")
    with pytest.raises(AccountError, match="everybody knows"):
        signer_of(f"file:{path}", **PUBLIC)
    assert signer_of(f"file:{path}", **LOCAL).address == known_addresses()[0]


@pytest.mark.parametrize("words", [["stake", "exit"], ["validator", "exit", "1"], ["slash", "execute", "0"], ["governance", "cancel", "0x" + "12" * 32]])
def test_commands__with_a_test_account_on_a_public_node__sign_nothing(mainnet, words):
    if words[0] == "stake":
        words = ["stake", "claim"]
    done = CliRunner(mix_stderr=False).invoke(main, [*words, "--rpc", mainnet, "--account", "TEST::0"])
    assert (done.exit_code, "everybody knows" in done.stderr, done.stdout) == (1, True, "")


def test_account__none_named_on_a_public_network__refused():
    with pytest.raises(AccountError, match="an account is needed to sign on luxtensor-mainnet"):
        signer_of(None, **PUBLIC)


def test_keystore__passphrase_from_the_environment__signs(keystore, monkeypatch):
    monkeypatch.setenv("MDT_PASSPHRASE", "open sesame")
    signer = signer_of(f"file:{keystore}", **PUBLIC)
    assert signer.address == ADDRESS
    message = encode_defunct(text="hello")
    assert Account.recover_message(message, signature=signer.sign_message(message)) == ADDRESS


def test_keystore__key_of_another_account_than_it_says__refused(keystore, monkeypatch):
    """What a command shows before the passphrase is given, a balance or an allowance, is the account's that the file names."""
    content = json.loads(keystore.read_text())
    keystore.write_text(json.dumps(content | {"address": "ab" * 20}))
    monkeypatch.setenv("MDT_PASSPHRASE", "open sesame")
    with pytest.raises(AccountError, match=f"says that it is 0x[aAbB]{{40}}, and has the key of {ADDRESS}"):
        signer_of(f"file:{keystore}", **PUBLIC)


def test_keystore__address__needs_no_passphrase(keystore):
    assert address_of(f"file:{keystore}") == ADDRESS


@pytest.mark.parametrize("given", ["tulip", ""])
def test_keystore__wrong_passphrase__refused_without_it_in_the_words(keystore, monkeypatch, given):
    monkeypatch.setenv("MDT_PASSPHRASE", given)
    with pytest.raises(AccountError, match="was not opened") as error:
        signer_of(f"file:{keystore}", **PUBLIC)
    assert "tulip" not in str(error.value)


def test_keystore__no_such_file_or_no_keystore__refused(tmp_path):
    with pytest.raises(AccountError, match="cannot be read"):
        signer_of(f"file:{tmp_path / 'none.json'}", **PUBLIC)
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(AccountError, match="is no keystore"):
        signer_of(f"file:{tmp_path / 'list.json'}", **PUBLIC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"crypto": {}, "crypto": {}}', "key.json:1:16: the key 'crypto' stands twice"),
        ('{"crypto": {}, "address": 5}', "address is 5, not text"),
        ('{"crypto": {}, "address": "12"}', "key.json: address: '0x12' is not an address"),
        ("{", "key.json:1:2: is not JSON"),
        ("", "key.json:1:1: is empty"),
    ],
)
def test_keystore__malformed__refused_with_the_place(tmp_path, text, words):
    path = tmp_path / "key.json"
    path.write_text(text)
    with pytest.raises(ChainError, match=words):
        address_of(f"file:{path}")


@pytest.mark.parametrize(("data", "words"), [(b"", "is empty: its first line"), ("open".encode("utf-16"), "cannot be read"), (None, "cannot be read")])
def test_passphrase_file__holds_no_text__refused(tmp_path, data, words):
    path = tmp_path / "secret"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(AccountError, match=words):
        first_line(path)


def test_keystore_option__with_a_passphrase_file__and_never_as_an_argument(mainnet, keystore, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("open sesame\n")
    words = ["stake", "claim", "--rpc", mainnet, "--deployments", str(tmp_path), "--keystore", str(keystore)]
    done = CliRunner(mix_stderr=False).invoke(main, [*words, "--passphrase-file", str(secret)])
    assert "no deployment in" in done.stderr, "it was opened: what is missing now is the record"
    asked = CliRunner(mix_stderr=False).invoke(main, words, input="open sesame\n")
    assert "no deployment in" in asked.stderr
    assert "Passphrase of" in asked.stderr
    wrong = CliRunner(mix_stderr=False).invoke(main, words, input="shut\n")
    assert "was not opened" in wrong.stderr
    two = CliRunner(mix_stderr=False).invoke(main, [*words, "--passphrase-file", str(secret), "--account", "TEST::1"])
    assert "are two accounts" in two.stderr
    help_text = CliRunner().invoke(main, ["stake", "claim", "--help"]).output
    assert "--passphrase-file" in help_text
    assert "--passphrase " not in help_text


def test_cached_key__said_at_every_signature__is_not_shown():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Using cached key for %s", ("me",), None)
    other = logging.LogRecord("x", logging.WARNING, "", 0, "Danger!", (), None)
    assert (ape_log._is_news(record), ape_log._is_news(other)) == (False, True)


# --- output ---


def test_plain__every_integer__is_a_number_or_a_string_by_its_name():
    assert plain({"amount": 5, "pool_id": 5, "ends_at": 7, "weights_bps": [5_000, 0], "root": b"\x01", "is_open": True, "shares": 2**60, "name": "x"}) == {
        "amount": "5",
        "pool_id": 5,
        "ends_at": 7,
        "weights_bps": [5_000, 0],
        "root": "0x01",
        "is_open": True,
        "shares": str(2**60),
        "name": "x",
    }
    assert plain({"deadline": 2**256 - 1}) == {"deadline": str(2**256 - 1)}, "no reader may round it"


def integers() -> set[str]:
    """The names of all integers that the contracts' functions and events have."""
    found: set[str] = set()

    def walk(items: list[dict]) -> None:
        for item in items:
            if item["type"].startswith("tuple"):
                walk(item["components"])
            elif item["type"].startswith("uint"):
                found.add(item["name"])

    for abi in abis().values():
        for entry in abi:
            walk(entry.get("inputs", []))
            walk(entry.get("outputs") or [])
    return found - {""}


def test_is_number__every_integer_of_the_contracts__agrees_with_its_unit():
    for name in integers():
        kind, last = kind_of(name), name.strip("_").rsplit("_", 1)[-1]
        if kind == WEI:
            assert not is_number(name), name
        elif kind in (BPS, SECONDS, TIME) or last in ("id", "index", "slot", "epoch", "count", "blocks", "height"):
            assert is_number(name), name
        else:
            assert is_number(name) is (last not in EXACT), name


EXACT = frozenset(
    [
        "amounts",
        "answered",
        "arg0",
        "arg1",
        "arg2",
        "arrears",
        "available",
        "bars",
        "caps",
        "ceiling",
        "cumulatives",
        "day",
        "difficulty",
        "done",
        "funded",
        "headroom",
        "idle",
        "in",
        "least",
        "on",
        "owed",
        "participation",
        "payment",
        "price",
        "principal",
        "purchase",
        "rate",
        "received",
        "refunded",
        "released",
        "reserved",
        "restored",
        "reward",
        "room",
        "shares",
        "stake",
        "stakes",
        "taken",
        "threshold",
        "tokens",
        "treasury",
        "utility",
        "values",
        "wad",
        "weight",
        "window",
    ]
)
"""Last words of the names of integers that are amounts, or exact for another reason."""


@pytest.mark.parametrize(
    ("items", "most", "shown"), [([1, 2], 2, "1, 2"), ([6, 9, 12], 2, "6, 9 and 1 more"), (range(1_500), 1, "0 and 1,499 more"), ([], 3, "")]
)
def test_listed__cut__says_how_many_more(items, most, shown):
    assert listed(list(items), most) == shown


@pytest.mark.parametrize(("numbers", "shown"), [([6], ["6"]), ([6, 9, 10, 11, 13], ["6", "9 to 11", "13"]), ([1, 2], ["1 to 2"]), ([], [])])
def test_spans__neighbours__are_one(numbers, shown):
    assert spans(numbers) == shown


def test_percent__bps_and_wad__two_decimals():
    assert (percent(1_000), percent(5), percent_of_wad(10**18), percent_of_wad(10**18 // 3)) == ("10.00%", "0.05%", "100.00%", "33.33%")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["token", "transfer", "", "5 MDT", "--account", "TEST::9"], "[TO]"),
        (["token", "transfer", " ", "5 MDT", "--account", "TEST::9"], "[TO]"),
        (["treasury", "spend", "", "100 MDT", "--purpose", "audit"], "TO"),
        (["token", "create-pool", "--name", "market", "--operator", ""], "--operator"),
        (["deploy", "--guardian", ""], "--guardian"),
    ],
)
def test_command__empty_value__refused_and_not_taken_for_oneself(words, named):
    """`mdt ... "$DEST"` with DEST not set paid the signer."""
    done = CliRunner(mix_stderr=False).invoke(main, words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"'{named}': it is empty" in done.stderr
