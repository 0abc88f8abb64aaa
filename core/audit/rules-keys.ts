import type { Rule, RuleId } from './rules';

type Words = Pick<Rule, 'why' | 'mend'>;

/** The words of rules where they are about a key claim and not about a delivery. `{node}` is the node at fault. */
export const KEY_WORDS: Readonly<Partial<Record<RuleId, Words>>> = {
	'send-ungated': {
		why: "Items reach '{node}' without the first-time output of a key claim, so what came before is done again.",
		mend: "Put Idempotency Check (claim key) before '{node}' and lead only its 'first time' output there; or declare '{node}' harmless if it may run for every item.",
	},
	'send-unconfirmed': {
		why: "A key in doubt reaches '{node}' before anybody found out whether it was done, so it may be done again.",
		mend: "Ask outside first: lead the 'in doubt' output to a node that reads whether it was done, then to an If on its answer, and only from there to '{node}'.",
	},
	'send-twice': {
		why: "Under one key '{node}' can happen more than once.",
		mend: 'Lead every claimed item to one act on one path, and give every further act a key claim of its own, behind Delivery Commit (complete key).',
	},
	'slow-after-confirm': {
		why: "Between the key claim and the act stands '{node}', which waits for a time, a person or a call: the lease is over by then, and the key in doubt.",
		mend: "Move '{node}' before Idempotency Check (claim key).",
	},
	'early-commit': {
		why: "'{node}' completes keys of which nobody has seen that what they stand for was done.",
		mend: "Lead only the success output of what acts to '{node}'; what is in doubt comes there behind an If on what was found out.",
	},
	'answer-unchecked': {
		why: "'{node}' takes a refusal for an answer (Never Error), so what was refused counts as done.",
		mend: "Turn off Never Error of what acts, or put an If behind it that asks for {{ $json.statusCode }} below 300 (with Include Response Headers and Status) and lead only its true branch to '{node}'.",
	},
	'acceptance-unproven': {
		why: "'{node}' completes keys without a sign that what they stand for was done.",
		mend: "Use a node that fails item by item, e.g. HTTP Request, before '{node}'; or put what acts into a Loop Over Items and declare failsPerItem once you have seen it.",
	},
	'send-success-unproven': {
		why: "'{node}' goes on after a failure as if it had succeeded: n8n hands the items of a failed node to its first output.",
		mend: "Set On Error of '{node}' to 'Continue (using error output)' and lead that output to Delivery Commit (give key back).",
	},
	'optimistic-write': {
		why: "'{node}' writes once more under a key whose own act is not completed, and is repeated with it.",
		mend: "Lead items to '{node}' only from the 'done' output of Delivery Commit (complete key), or give it a key claim of its own.",
	},
	'fail-after-send': {
		why: "'{node}' gives a key back although what it stands for was done, so it may be done again.",
		mend: "Lead the success output of what acts to Delivery Commit (complete key) only; '{node}' belongs on the error output.",
	},
	'claim-unsettled': {
		why: "Items whose key is claimed end at '{node}', so the key is neither completed nor given back until its lease runs out, and in doubt from then on.",
		mend: "Lead every output of '{node}' that a claimed item can take to Delivery Commit (complete key or give key back).",
	},
	'claim-never-settled': {
		why: "From '{node}' on, no path leads to Delivery Commit, so the key is neither completed nor given back.",
		mend: 'Give the loop an exit that ends in Delivery Commit (complete key or give key back).',
	},
	'error-path-unsettled': {
		why: "When '{node}' fails the whole run stops, and every key of the batch is in doubt once its lease is over.",
		mend: "Set On Error of '{node}' to 'Continue (using error output)' and lead that output to Delivery Commit (give key back).",
	},
	'items-dropped': {
		why: "'{node}' can drop items whose key is claimed, and nothing is told of them.",
		mend: "Move '{node}' before the claim; or use a node that routes items instead (If, Switch with a fallback output); of an HTTP Request, turn on Include Response Headers and Status.",
	},
	'link-lost': {
		why: "Behind '{node}' the nodes of this package cannot tell which key an item belongs to, so none of the batch is completed or given back.",
		mend: "Put '{node}' into a Loop Over Items with a batch size of 1, or use a node that names the item, e.g. HTTP Request.",
	},
	'delivery-overwritten': {
		why: "'{node}' puts something else in the place of the key an item carries, so another key is completed or given back, or none.",
		mend: "Let '{node}' leave the field 'keyClaim' and the item's link (pairedItem) as they came.",
	},
	'several-ledgers': {
		why: 'The nodes that claim and settle keys use several ledgers, and a key is known only in the one that granted it.',
		mend: 'Choose the same Release Gate Ledger credential on every node of this package.',
	},
	'send-retried': {
		why: "'{node}' is repeated by Retry On Fail, also for what was done already.",
		mend: "Turn Retry On Fail of '{node}' off: a key that was given back comes again with the next run.",
	},
};
