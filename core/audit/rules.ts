import type { Severity } from './types';

/** One rule: the proof it belongs to, why breaking it matters, and the mend. `{node}` is the node at fault. */
export interface Rule {
	readonly proof: number;
	readonly severity: Severity;
	readonly why: string;
	readonly mend: string;
}

/** The six proofs, by number. */
export const PROOFS: Readonly<Record<number, string>> = {
	1: 'Every send passes the live branch of Release Gate, a claim and a confirmation, or a key claim, and is sent once',
	2: 'Delivery state is written only after a send succeeded, through Delivery Commit',
	3: 'Every claim ends in commit or fail, and no item is lost',
	4: 'No send is repeated by a retry without its idempotency key',
	5: 'One spine serves every recipient',
	6: 'The workflow is set up as the doctrine asks',
};

/** Every rule, in the order of reports. Ids are stable: SARIF, policies and evidence name them. */
export const RULES = {
	'send-ungated': {
		proof: 1,
		severity: 'error',
		why: "Items reach the send '{node}' without the live branch of Release Gate, so a held or paused delivery goes out.",
		mend: "Put Release Gate before '{node}' and lead only its 'live' output there.",
	},
	'send-unclaimed': {
		proof: 1,
		severity: 'error',
		why: "Items reach the send '{node}' without a claim, so two runs can send the same delivery.",
		mend: "Put Idempotency Check (claim) after Release Gate and lead only its 'deliver' output towards '{node}'.",
	},
	'send-unconfirmed': {
		proof: 1,
		severity: 'error',
		why: "Items reach the send '{node}' without a confirmation, so a worker that lost its claim can still send.",
		mend: "Put Idempotency Check (confirm) right before '{node}' and lead only its 'send' output there.",
	},
	'send-twice': {
		proof: 1,
		severity: 'error',
		why: "After one confirmation the send '{node}' can happen more than once for the same delivery.",
		mend: 'Lead every confirmed item to one send on one path, and every further send through a claim and confirmation of its own.',
	},
	'slow-after-confirm': {
		proof: 1,
		severity: 'error',
		why: "Between the confirmation and the send stands '{node}', which can take longer than the confirmation holds.",
		mend: "Move '{node}' before Idempotency Check (confirm), which belongs right before the send.",
	},
	'batch-not-whole': {
		proof: 1,
		severity: 'error',
		why: "'{node}' does not leave a batch of confirmed deliveries whole on its way to the provider and back, so nobody can tell which of them was sent.",
		mend: "Lead the 'send batch' output of Idempotency Check straight to one HTTP Request that posts {{ $json.messages }} as its JSON body, with Include Response Headers and Status on, and its success output straight to Delivery Commit; single deliveries leave by 'send'.",
	},
	'pinned-on-spine': {
		proof: 1,
		severity: 'error',
		why: "'{node}' has pinned data, which stand in for it in every run by hand: what it should ask, claim or send is taken for done.",
		mend: "Unpin the data of '{node}'.",
	},
	'unknown-node': {
		proof: 1,
		severity: 'error',
		why: "Nobody has said what '{node}' does to the outside world, so it counts as a send.",
		mend: "Look at what '{node}' does, and declare it in the audit policy or in a note of the workflow; or replace it by one the catalogue knows.",
	},
	'key-unsteady': {
		proof: 1,
		severity: 'error',
		why: "'{node}' claims a key that does not tell one thing from another, so a repetition is let through, or something new is held.",
		mend: "Choose a field in Key of '{node}' that is the same whenever the same thing comes, and only then, e.g. the event's or the order's id; or {{ $now.toISODate() }} for once a day. Scope is a fixed name.",
	},
	'key-freed': {
		proof: 1,
		severity: 'error',
		why: "'{node}' gives a key back as if nothing had happened although nobody knows, so it may be done again.",
		mend: "Set What Happened of '{node}' to 'Nobody Knows'; 'Automatic' is right where the error output of what acts leads straight to it.",
	},
	undecided: {
		proof: 1,
		severity: 'error',
		why: "'{node}' leads everything that is in doubt the same way, so what was done is done again, or what was not counts as done.",
		mend: "Lead one output of '{node}' to Delivery Commit (complete key), for what was done, and only the other to what acts.",
	},
	'dry-run-sends': {
		proof: 1,
		severity: 'error',
		why: "The send '{node}' can be reached from the dry-run branch, so a rehearsal can reach a recipient.",
		mend: "Remove the connection from the dry-run branch to '{node}'.",
	},
	'early-commit': {
		proof: 2,
		severity: 'error',
		why: "'{node}' commits deliveries whose send has not been seen to succeed, so a delivery counts as done that nobody got.",
		mend: "Lead only the success output of the send to '{node}'.",
	},
	'answer-unchecked': {
		proof: 2,
		severity: 'error',
		why: "'{node}' takes a refusal of the provider for an answer (Never Error), so what was refused counts as delivered.",
		mend: "Turn off Never Error of the send, or put an If behind it that asks for {{ $json.statusCode }} below 300 (with Include Response Headers and Status) and lead only its true branch to '{node}'.",
	},
	'answer-replaced': {
		proof: 2,
		severity: 'error',
		why: "Between the send and '{node}' the provider's answer is replaced, so the message id that '{node}' reads need not be the provider's.",
		mend: "Connect the success output of the send to '{node}' directly, and do what has to be done behind it.",
	},
	'acceptance-unproven': {
		proof: 2,
		severity: 'error',
		why: "'{node}' commits without a sign that the provider accepted the send.",
		mend: "Name the field with the provider's message id in Message ID Field of '{node}'.",
	},
	'send-success-unproven': {
		proof: 2,
		severity: 'error',
		why: "'{node}' goes on after a failed send as if it had succeeded: n8n hands the items of a failed node to its first output.",
		mend: "Set On Error of '{node}' to 'Continue (using error output)' and lead that output to Delivery Commit (fail); declare failsPerItem in the policy once you have seen that the node fails item by item.",
	},
	'optimistic-write': {
		proof: 2,
		severity: 'error',
		why: "'{node}' can write delivery state before the delivery is committed.",
		mend: "Lead items to '{node}' only from the 'done' output of Delivery Commit, or let Delivery Commit write through its outbox instead.",
	},
	'dry-run-writes': {
		proof: 6,
		severity: 'error',
		why: "'{node}' writes on the dry-run branch, and a rehearsal must leave no trace.",
		mend: "Remove the connection from the dry-run branch to '{node}'.",
	},
	'fail-after-send': {
		proof: 2,
		severity: 'error',
		why: "'{node}' records a failure after a send that succeeded, so the delivery may be handed out and sent again.",
		mend: "Lead the success output of the send to Delivery Commit (commit) only; '{node}' belongs on the error output.",
	},
	'doubt-replaced': {
		proof: 2,
		severity: 'error',
		why: "What '{node}' reads is not the failure of the send: a node in between put its own answer or error in its place, so a send that happened may count as refused and be made again.",
		mend: "Connect the error output of the send to '{node}' directly, and do what has to be done behind it.",
	},
	'key-mixed': {
		proof: 3,
		severity: 'error',
		why: "Items whose key is claimed come to '{node}', which makes or looks for another claim, so the first is not settled.",
		mend: "Lead items to '{node}' only behind Delivery Commit (complete key or give key back).",
	},
	'key-elsewhere': {
		proof: 3,
		severity: 'error',
		why: "'{node}' settles keys of another scope than the claim's, so the claimed key stays open.",
		mend: "Empty Scope of '{node}': the nearest claim is meant.",
	},
	'claim-unsettled': {
		proof: 3,
		severity: 'error',
		why: "Items with an open claim end at '{node}', so their deliveries are neither committed nor failed until the lease runs out.",
		mend: "Lead every output of '{node}' that a claimed item can take to Delivery Commit (commit or fail).",
	},
	'claim-never-settled': {
		proof: 3,
		severity: 'error',
		why: "From '{node}' on, no path leads to Delivery Commit, so the claim is never settled.",
		mend: 'Give the loop an exit that ends in Delivery Commit (commit or fail).',
	},
	'error-path-unsettled': {
		proof: 3,
		severity: 'error',
		why: "When '{node}' fails the whole run stops, and every claim of the batch stays open.",
		mend: "Set On Error of '{node}' to 'Continue (using error output)' and lead that output to Delivery Commit (fail).",
	},
	'items-dropped': {
		proof: 3,
		severity: 'error',
		why: "'{node}' can drop items that hold a claim, and nothing is told of them.",
		mend: "Move '{node}' before the claim; or use a node that routes items instead (If, Switch with a fallback output); or loop over single items and turn on its Always Output Data.",
	},
	'link-lost': {
		proof: 3,
		severity: 'error',
		why: "Behind '{node}' the nodes of this package cannot tell which delivery an item belongs to, so none of the batch is committed or failed.",
		mend: "Put '{node}' into a Loop Over Items with a batch size of 1, or use a node that names the item, e.g. HTTP Request.",
	},
	'delivery-overwritten': {
		proof: 3,
		severity: 'error',
		why: "'{node}' puts something else in the place of the delivery an item carries, so another delivery is confirmed, committed or failed, or none.",
		mend: "Let '{node}' leave the field 'delivery' and the item's link (pairedItem) as they came.",
	},
	'loop-stalls': {
		proof: 3,
		severity: 'error',
		why: "In a loop, what leaves '{node}' does not come back: when a whole batch goes that way the loop ends without an error, and the batches that wait are never handed out.",
		mend: "Lead every output of '{node}' back to the loop, after Delivery Commit where a claim is open.",
	},
	'loop-entered-again': {
		proof: 3,
		severity: 'error',
		why: "The loop '{node}' can be entered several times in one run, and takes what comes the second time for what came back: it leaves by done without having been handed out.",
		mend: "Lead one connection into '{node}': bring the branches together by a Merge (append) before it.",
	},
	'several-ledgers': {
		proof: 3,
		severity: 'error',
		why: 'The nodes of this spine use several ledgers, and a claim is known only in the one that granted it.',
		mend: 'Choose the same Release Gate Ledger credential on every node of this package.',
	},
	'several-spines': {
		proof: 3,
		severity: 'error',
		why: 'The nodes of this workflow name several spines, and a delivery of one is not known on the other.',
		mend: "Name one spine, e.g. {{ $('Set Config').first().json.spine }}, on every node of this package; one workflow serves one spine.",
	},
	'send-retried': {
		proof: 4,
		severity: 'error',
		why: "'{node}' is repeated by Retry On Fail, also for items that were sent already.",
		mend: 'Turn Retry On Fail off, or send {{ $json.delivery.key }} in the header by which the provider is known to drop repetitions.',
	},
	'one-recipient': {
		proof: 5,
		severity: 'error',
		why: "'{node}' names one recipient in its settings, which makes this a workflow for that recipient.",
		mend: "Read the recipient from the claimed delivery, e.g. {{ $('Claim Delivery').item.json.contact.properties.email }}, in '{node}'.",
	},
	'recipient-unclear': {
		proof: 5,
		severity: 'error',
		why: "Nobody can tell to whom '{node}' sends, so everybody's delivery may go to one person.",
		mend: "Name the recipient of the claimed delivery in '{node}', e.g. {{ $('Claim Delivery').item.json.contact.properties.email }}.",
	},
	'other-item': {
		proof: 5,
		severity: 'error',
		why: "'{node}' takes values from another item than the claimed one, so of several items each gets those of one.",
		mend: "Read them by the item's link, e.g. {{ $('Receive Event').item.json.body.id }} or {{ $('Claim Delivery').item.json.contact.properties.firstname }}, in '{node}'.",
	},
	'cloned-spine': {
		proof: 5,
		severity: 'error',
		why: 'This workflow has the same shape as another one that differs only in constants, so the spine exists twice.',
		mend: 'Keep one of them and let Due Deliveries or a data source supply what differs.',
	},
	'secret-in-workflow': {
		proof: 6,
		severity: 'error',
		why: "'{node}' holds a secret in its settings, where every export and every version shows it.",
		mend: "Store the secret as a credential and choose it in '{node}'; then replace the secret, for it has been copied.",
	},
	'declaration-unreadable': {
		proof: 6,
		severity: 'error',
		why: 'A note of this workflow holds declarations for the audit that cannot be used.',
		mend: 'Correct the block behind ```release-gate-audit in the note, or remove it.',
	},
	'old-execution-order': {
		proof: 6,
		severity: 'error',
		why: "In the old execution order n8n starts branches that nothing has reached, with an empty item, to feed '{node}'.",
		mend: "Set the workflow's Execution Order to 'v1 (recommended)'.",
	},
	'no-error-workflow': {
		proof: 6,
		severity: 'warning',
		why: 'A run that stops tells nobody, for the workflow names no error workflow.',
		mend: 'Choose an error workflow in the workflow settings.',
	},
	'no-time-zone': {
		proof: 6,
		severity: 'warning',
		why: "The schedule follows the instance's time zone, which another machine need not share.",
		mend: 'Choose a time zone in the workflow settings.',
	},
	'pinned-data': {
		proof: 6,
		severity: 'warning',
		why: "'{node}' has pinned data, which manual runs take for real and exports carry along.",
		mend: "Unpin the data of '{node}'.",
	},
	concurrency: {
		proof: 6,
		severity: 'warning',
		why: 'Several triggers start this spine, so runs can overlap; claims keep them apart, but each run does part of the work.',
		mend: 'Keep one trigger for the cadence, or note in the workflow why runs may overlap.',
	},
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;
