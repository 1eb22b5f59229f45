"""The picture of the two channels, drawn from the presets: `python -m tools.pictures` says whether it is current, `--write` draws it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from mdt.model.shares import split
from mdt.preset.settings import CONFIG_DIR, Settings, load

PICTURE = CONFIG_DIR.parent / "docs" / "assets" / "channels.svg"
PRESETS = ("luxtensor", "adr-literal")


@dataclass(frozen=True)
class Lifetime:
    """What both channels pay over all eras if every epoch has U = 1, in wei, by who receives it.

    Attributes:
        block_rewards: All of the block reward: stakers get it whole.
        emission: All epochs' emission.
        unreachable: Wei of the block-emission bucket beyond every channel's reach: no block and no epoch can ask for them.
    """

    block_rewards: int
    emission: int
    stakers: int
    miners: int
    dao: int
    unreachable: int

    @classmethod
    def of(cls, settings: Settings) -> Lifetime:
        """The sums of a preset."""
        emission = min(settings.emission_lifetime_ceiling, settings.emission.channel_cap)
        miners, validators, dao = split(emission, settings.distribution.shares_bps.as_list())
        rewards = settings.halving.lifetime_total
        whole = rewards + emission
        return cls(rewards, emission, rewards + validators, miners, dao, settings.token.buckets.block_emission - whole)

    def percent(self, name: str) -> str:
        """The part of one receiver, to a tenth of a percent."""
        tenths = round(Fraction(getattr(self, name) * 1_000, self.block_rewards + self.emission))
        return f"{tenths // 10}.{tenths % 10}%"


STYLE = """
  .page { fill: #ffffff } .box { fill: #f6f8fa; stroke: #8c959f } .paid { fill: #ddf4ff; stroke: #0969da }
  text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }
  .name { font-size: 17px; font-weight: 600 } .line { font-size: 13px } .figure { font-size: 15px; font-weight: 600 }
  .soft { fill: #59636e } .arrow { stroke: #59636e; stroke-width: 1.6; fill: none } .head { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .box { fill: #151b23; stroke: #656c76 } .paid { fill: #0c2d4a; stroke: #4493f8 }
    text { fill: #f0f6fc } .soft { fill: #b1bac4 } .arrow { stroke: #b1bac4 } .head { fill: #b1bac4 }
  }"""


def _box(x: int, y: int, width: int, height: int, name: str, lines: list[str], kind: str = "box") -> list[str]:
    found = [f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>']
    found.append(f'<text class="name" x="{x + 14}" y="{y + 26}">{name}</text>')
    return found + [f'<text class="line soft" x="{x + 14}" y="{y + 48 + 18 * at}">{line}</text>' for at, line in enumerate(lines)]


def _arrow(path: str, label: str = "", x: int = 0, y: int = 0) -> list[str]:
    return [f'<path class="arrow" marker-end="url(#head)" d="{path}"/>', *([f'<text class="figure" x="{x}" y="{y}">{label}</text>'] if label else [])]


def picture() -> str:
    """The text of `docs/assets/channels.svg`."""
    lifetimes = [Lifetime.of(load(name)) for name in PRESETS]
    shares = load(PRESETS[0]).distribution.shares_bps
    receivers = [("stakers", "Stakers", 30), ("miners", "Miners", 150), ("dao", "DAO treasury", 270)]
    body = _box(20, 30, 280, 90, "Block reward", ["halves on a schedule", "depends on the block number only"])
    law = ["base × U × halving, each epoch", "U: what a quorum of reporters signed", "the contract computes the amount"]
    body += _box(20, 190, 280, 108, "Epoch emission", law)
    body += _box(20, 340, 280, 66, "Recycling pool", ["spent before anything is minted"])
    body += _arrow("M160 340 V304")
    body += _arrow("M300 75 H594", "100%", 400, 66)
    body += _arrow("M300 226 C430 226 430 108 594 108", f"{shares.validators // 100}%", 490, 106)
    body += _arrow("M300 244 C430 244 440 195 594 195", f"{shares.miners // 100}%", 490, 186)
    body += _arrow("M300 262 C430 262 440 315 594 315", f"{shares.dao // 100}%", 490, 300)
    for key, name, y in receivers:
        body += _box(600, y, 250, 90, name, [], "paid")
        for at, (preset, lifetime) in enumerate(zip(PRESETS, lifetimes, strict=True)):
            body.append(f'<text class="figure" x="614" y="{y + 52 + 22 * at}">{lifetime.percent(key)}</text>')
            body.append(f'<text class="line soft" x="680" y="{y + 52 + 22 * at}">{preset}</text>')
    body.append('<text class="line soft" x="600" y="388">Shares of all that both channels pay over all eras, U = 1.</text>')
    words = "; ".join(
        f"{preset}: stakers {one.percent('stakers')}, miners {one.percent('miners')}, DAO {one.percent('dao')}"
        for preset, one in zip(PRESETS, lifetimes, strict=True)
    )
    title = f"Two channels create MDT. Over all eras at U = 1 they pay, {words}."
    head = '<path class="head" d="M0 0 L8 4 L0 8 Z"/>'
    marker = f'<marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">{head}</marker>'
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 430" width="980" height="430" role="img" aria-labelledby="title">',
            f'<title id="title">{title}</title>',
            f"<style>{STYLE}\n</style>",
            f"<defs>{marker}</defs>",
            '<rect class="page" width="980" height="430"/>',
            *body,
            "</svg>\n",
        ]
    )


def main(arguments: list[str]) -> int:
    """Draw the picture, or say that it is not current."""
    path: Path = PICTURE
    wanted = picture()
    if path.is_file() and path.read_text(encoding="utf-8") == wanted:
        return 0
    if "--write" not in arguments:
        print(f"pictures: {path.name} is not what the presets say; run `make docs`", file=sys.stderr)
        return 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(wanted, encoding="utf-8")
    print(f"pictures: drew {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
