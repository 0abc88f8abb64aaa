import type { CatalogueEntry } from './error';

/** Errors of the room `release`. */
export const releaseErrors = {
	'manifest-unreadable': {
		message: 'The manifest has {count problem}: {problems}',
		remedy: 'Mend these fields; docs/reference/release-manifest.md lists every field with an example.',
	},
	'manifest-too-large': {
		message: 'The manifest holds {size} characters; {limit} are allowed',
		remedy: 'Name workflows, schemas and documents by their hash instead of putting them into the manifest.',
	},
	'stage-move-illegal': {
		message: "Release '{release}' cannot go from {from} to {to}",
		remedy: 'From {from} it can go to: {legal}.',
	},
	'announcement-refused': {
		message: "Policy '{policy}' does not announce releases to users, so nothing goes to {channel}",
		remedy: 'Write internal notes instead; a good release is invisible.',
	},
	'sql-unreadable': {
		message: 'The SQL does not parse: {reason}',
		remedy:
			"Give it as PostgreSQL reads it; for Alembic, take the output of 'alembic upgrade --sql' without log lines.",
	},
	'sql-too-large': {
		message: 'The SQL holds {size} bytes; {limit} are allowed',
		remedy: 'Give the migration only, not a dump with data.',
	},
	'policy-unreadable': {
		message: 'The policy has {count problem}: {problems}',
		remedy: 'Mend these fields, or start from a preset and override only what differs.',
	},
	'policy-unknown': {
		message: "There is no policy '{name}'",
		remedy: 'Use one of: {known}; or name a policy file.',
	},
	'release-file-unreadable': {
		message: 'The release file has {count problem}: {problems}',
		remedy: 'Mend these fields; docs/reference/release-file.md shows a whole file.',
	},
	'policy-weakened': {
		message: 'The release file asks for less than the policy in {count place}: {places}',
		remedy:
			'A file cannot weaken the policy that judges it. Take these out of "policy", change the policy itself, or allow it with --allow-overrides.',
	},
	'definitions-unreadable': {
		message: "The property definitions '{what}' cannot be read: {problem}",
		remedy: 'Give them as HubSpot lists them: GET /crm/v3/properties/contacts, whole or its results.',
	},
	'reading-unreadable': {
		message: 'The readings have {count problem}: {problems}',
		remedy:
			'Mend these fields; docs/reference/release-file.md lists every reading. Leave out what nobody measured.',
	},
	'evidence-unreadable': {
		message: 'The answer has {count problem}: {problems}',
		remedy: 'Give check, status (pass, fail or unknown), who answers and one sentence of grounds.',
	},
	'approval-unreadable': {
		message: 'The approval has {count problem}: {problems}',
		remedy: 'Give the person, one of the roles of the policy, and approved or rejected.',
	},
	'release-unknown': {
		message: "There is no release '{release}'",
		remedy: 'Open it first with the Release node (Release > Open), or correct its id.',
	},
	'release-not-open': {
		message: "Release '{release}' is {stage}, so its manifest cannot change any more",
		remedy: 'Open a new release under another id; name this one in follows if it mends it.',
	},
	'release-other-subject': {
		message: "Release '{release}' belongs to '{subject}' and cannot move to '{other}'",
		remedy: 'Open it under another id.',
	},
	'release-records-disagree': {
		message: 'Nothing is decided: the ledger does not agree with its history. {explanation}',
		remedy:
			'Somebody wrote into the ledger database past this package. Verify it (Release node, Ledger > Verify), find out who it was, and restore the ledger from a backup.',
	},
	'statement-unreadable': {
		message: 'The statement cannot be read ({count problem}): {problems}.',
		remedy: 'Give the statement or the envelope as Export Statement made it.',
	},
	'statement-other-subjects': {
		message: 'The statement of release {release} names other subjects than its manifest ships.',
		remedy: 'Export it again with the node Release; a statement is not edited.',
	},
	'release-contended': {
		message: "Release '{release}' was changed by others {attempts} times while this was being stored",
		remedy: 'Run again: nothing was stored, and it is safe to repeat.',
	},
	'release-gate-only': {
		message: "Only the gate approves: release '{release}' cannot be moved to approved by hand",
		remedy: 'Evaluate it with the Release Gate node; when every check stands, it is approved.',
	},
	'release-decision-missing': {
		message: "Release '{release}' has no standing decision to ship: {reason}",
		remedy: 'Evaluate it again with the Release Gate node, then promote at once.',
	},
	'release-checks-open': {
		message: "Release '{release}' cannot be moved to {to}: {reason}",
		remedy: '{remedy}',
	},
	'rollback-under-way': {
		message: "A rollback is in progress on '{subject}', so release '{release}' cannot be moved to {to}",
		remedy: 'Let the rollback finish; then evaluate the release again.',
	},
	'check-unknown': {
		message: "Policy '{policy}' has no check '{check}'",
		remedy: 'Use one of: {known}',
	},
	'evidence-not-allowed': {
		message: "{who} may not answer '{check}'",
		remedy: 'It is for: {allowed}.',
	},
	'evidence-other-hash': {
		message:
			"The answer to '{check}' speaks of another {artifact} ({given}) than release '{release}' ({present})",
		remedy: 'Look at the present {artifact} and answer again.',
	},
	'evidence-nothing-earlier': {
		message: "Nobody said yes to '{check}' for release '{release}', so there is nothing to say again",
		remedy: 'Leave Said Before For empty: the answer then stands by itself.',
	},
	'evidence-nothing-to-bind': {
		message: "'{check}' is about the {artifact}, and the manifest of '{release}' names none",
		remedy: 'Put its SHA-256 into artifacts.{artifact} of the manifest and open the release again.',
	},
	'evidence-without-commit': {
		message: "{machine} says yes to '{check}' of release '{release}' without naming the commit it looked at",
		remedy: 'Give the whole commit id it looked at (Record Evidence, Commit Looked At).',
	},
	'evidence-other-commit': {
		message:
			"{machine} says yes to '{check}' of commit {given}, and release '{release}' ships commit {present}",
		remedy: 'Let it look at the release’s commit; what was found of another one says nothing of it.',
	},
	'machine-answers-itself': {
		message: '{machine} answers by itself; nobody can answer in its place',
		remedy: 'Record evidence by that machine, with its inputs.',
	},
	'approval-by-author': {
		message: "{person} asked for or wrote part of release '{release}', so their approval does not count",
		remedy: 'Ask somebody else in the role.',
	},
	'approval-look-alike': {
		message: "'{person}' is no approver: the name has {like}",
		remedy:
			'Let the person give the word signed in to n8n (a form with n8n user authentication before Approve); a typed name that can be read as another one is refused.',
	},
	'person-not-an-agent': {
		message: 'An AI agent gives no word for a release and answers no check',
		remedy:
			'Let people give their word in a form that they sign in to; take this operation out of the agent’s tools.',
	},
	'approval-no-role': {
		message: "'{person}' has none of the roles that this policy asks for",
		remedy:
			'It asks for: {known}. Whoever keeps the form writes the account and its role into Set Roles, or Set Config, of its workflow.',
	},
	'approval-role-unknown': {
		message: "The policy asks for no approval by '{role}'",
		remedy: 'It asks for: {known}.',
	},
	'approval-other-hash': {
		message:
			"The approval speaks of another state of release '{release}' ({given}) than the present one ({present})",
		remedy: 'Show the present state and ask again.',
	},
	'ship-nothing-named': {
		message: "The manifest of release '{release}' names no version of a workflow to publish",
		remedy:
			'Put workflow: { id, version } beside artifacts.workflow into the manifest, with the ids n8n gives them, and open the release again; leave the version out only where the changes bring the nodes.',
	},
	'ship-version-gone': {
		message: "n8n has no version {version} of the workflow {workflow} that release '{release}' names",
		remedy: 'Name a version it has (n8n prunes old ones), have it proven, and open the release again.',
	},
	'ship-unproven': {
		message: "Release '{release}' brings what no machine looked at: {machine} recorded nothing",
		remedy: 'Nothing was published. Prepare the release (Release: Prepare), which lets every machine look.',
	},
	'ship-other-base': {
		message:
			"Release '{release}' was compared with version {compared} of workflow {workflow}, and {runs} runs now: nobody looked at what it changes beside that",
		remedy:
			'Nothing was published. Prepare the release again (Release: Prepare); machines and people then look at it beside what runs now.',
	},
	'ship-other-settings': {
		message:
			"The settings of the spine '{spine}' were changed after release '{release}' was proven, so it would come to other settings",
		remedy: 'Nothing was published. Prepare the release again; it is proven beside what the spine has now.',
	},
	'ship-made-meanwhile': {
		message: "The {what}, which release '{release}' makes, was made by somebody meanwhile",
		remedy: 'Nothing was published. Prepare the release again; it is proven with what is there.',
	},
	'ship-other-version': {
		message:
			"Version {version} of the workflow {workflow} is not what was proven for release '{release}': it is {found}, and {named} was proven",
		remedy:
			'Nothing was published. Something it calls, its settings, its credentials, its pinned data or the audit policy changed since. Have it proven as it is now, or take that change back.',
	},
	'ship-other-change': {
		message: "The changes of release '{release}' would publish {what}, which its manifest does not name",
		remedy: 'Leave publishing to the manifest: changes of a workflow may hold settings only.',
	},
	'ship-wrong-stage': {
		message: "Release '{release}' is {stage}; only an approved one is shipped",
		remedy:
			'Ask the gate first (Release Gate, Evaluate). A release that is monitored has been shipped already.',
	},
	'release-other-owner': {
		message: "Release '{release}' was opened by another key or account, which alone changes it",
		remedy: 'Change it the way it was opened, or open another release under an id of its own.',
	},
	'policy-subject': {
		message: "'{subject}' cannot have a policy: a name with @ stands for a version of another one's",
		remedy: 'Name the spine or product without @.',
	},
	'policy-not-set': {
		message: "'{subject}' has no policy",
		remedy: 'Set one with the Release node (Policy > Set), or name a preset in the spine’s settings.',
	},
	'tags-unreadable': {
		message: 'The tags cannot be read: {reason}',
		remedy:
			'Give the whole list as source control answers it, all pages in one list. If an answer was an error, ask again: from part of the tags the next or the previous one cannot be told.',
	},
	'version-not-known': {
		message: 'Nobody knows which version is to be taken back: nothing answers and no release is named',
		remedy: 'Which release is it? Name it, or name the tag to go back to, and order the rollback again.',
	},
	'version-no-tag': {
		message: "'{version}' is no tag of the repository; {count tag} were read",
		remedy: 'Which tag is meant? Name it as the repository has it, or name the tag to go back to.',
	},
	'version-ambiguous': {
		message: "'{version}' can mean {tags}",
		remedy: 'Which one is it? Name the whole tag, or set the tag prefix of the part that is released.',
	},
	'version-nothing-before': {
		message: 'There is no tag before {version} to go back to; {passed} below it were passed over',
		remedy:
			'Where shall it go back to? Pre-releases and versions that were rolled back do not count; name the tag.',
	},
} as const satisfies Record<string, CatalogueEntry>;
