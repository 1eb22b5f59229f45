// viem as a second EIP-712 signer for tests/sdk/test_permit_viem.py.
//
// stdin:  [{"key": "0x...", "domain": {...}, "message": {...}}, ...]   whole numbers as decimal strings
// stdout: [{"address": "0x...", "domainSeparator": "0x...", "digest": "0x...", "signature": "0x..."}, ...]
import { domainSeparator, hashTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const types = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;

const answers = [];
for (const { key, domain: given, message: fields } of JSON.parse(text)) {
  const account = privateKeyToAccount(key);
  const domain = { ...given, chainId: BigInt(given.chainId) };
  const message = {
    owner: fields.owner,
    spender: fields.spender,
    value: BigInt(fields.value),
    nonce: BigInt(fields.nonce),
    deadline: BigInt(fields.deadline),
  };
  const typedData = { domain, types, primaryType: "Permit", message };
  answers.push({
    address: account.address,
    domainSeparator: domainSeparator({ domain }),
    digest: hashTypedData(typedData),
    signature: await account.signTypedData(typedData),
  });
}
process.stdout.write(JSON.stringify(answers));
