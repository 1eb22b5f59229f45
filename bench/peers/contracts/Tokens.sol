// SPDX-License-Identifier: AGPL-3.0-only
pragma solidity ^0.8.28;

import {ERC20 as OpenZeppelinERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Ownable as OpenZeppelinOwnable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20 as SoladyERC20} from "solady/src/tokens/ERC20.sol";
import {Ownable as SoladyOwnable} from "solady/src/auth/Ownable.sol";

/// The token that ours and theirs move: OpenZeppelin's ERC-20 as it is, minted by anybody. Staking, Vesting and BlockReward of ours ask for the rest
/// when they are deployed or when block rewards are counted, never when they move tokens.
contract ReferenceToken is OpenZeppelinERC20("Reference", "REF") {
    uint256 public constant cap = 21_000_000e18;

    function mint(address to, uint256 amount, uint256) external {
        _mint(to, amount);
    }

    function mintable(address) external pure returns (uint256) {
        return cap;
    }

    function minted_by_reason(uint256) external view returns (uint256) {
        return totalSupply();
    }
}

contract OpenZeppelinToken is ERC20Burnable, ERC20Permit, OpenZeppelinOwnable {
    constructor() OpenZeppelinERC20("Token", "TKN") ERC20Permit("Token") OpenZeppelinOwnable(msg.sender) {}

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}

contract SoladyToken is SoladyERC20, SoladyOwnable {
    constructor() {
        _initializeOwner(msg.sender);
    }

    function name() public pure override returns (string memory) {
        return "Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TKN";
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }
}
