import type { CatalogueEntry } from './error';

/** Errors of the preparation of a release. */
export const prepareErrors = {
	'prepare-spine-unserved': {
		message: "No published workflow serves the spine '{spine}'",
		remedy:
			'Publish the workflow whose Due Deliveries names the spine, written down or in the Set node before it, and check that the n8n credential belongs to its instance.',
	},
	'prepare-spine-served-twice': {
		message: "Several published workflows serve the spine '{spine}': {workflows}",
		remedy: 'Unpublish all but one: two of them deliver side by side, and only one would be proven.',
	},
	'prepare-workflow-archived': {
		message: "The workflow '{workflow}', with which the spine '{spine}' was released, is archived",
		remedy: 'Unarchive it in n8n and publish it, or publish another workflow that serves the spine.',
	},
	'prepare-release-open': {
		message: "Release '{release}' of the same workflow is open beside '{other}'",
		remedy:
			'Only one of them can ship what it proves. Close one (Release: Close), then prepare the other one again.',
	},
	'spine-loosened': {
		message: "Spine '{spine}' has released versions, and this would hold it to less: {what}",
		remedy:
			'Nothing was stored. A setting is changed in the node that configures the spine in the draft and released, so that it is approved like any change. Or put a form with n8n user authentication before this node, so that a person answers for it; so it is for a policy.',
	},
	'look-not-open': {
		message: "Release '{release}' is {stage}; machines look again only at one that is open",
		remedy: 'Nothing is to be done: it is being shipped or watched, or it is closed.',
	},
	'look-other-change': {
		message:
			"What release '{release}' was proven for is no longer so ({artifact}): something that it goes with was changed since",
		remedy: 'Prepare the release again; people are shown what changes then.',
	},
	'prepare-spine-paused': {
		message: "The spine '{spine}' is paused ({reason}), so the draft cannot be rehearsed",
		remedy:
			'Resume it (Release: Spine: Resume) once its cause is gone, then send the form again. What can be proven without a rehearsal stands.',
	},
	'prepare-no-follow-up': {
		message: "No such hotfix of the spine '{spine}' owes a follow-up release; these do: {owing}",
		remedy: 'Release the change as one of its own (Can it wait: Yes), or name a hotfix that owes one.',
	},
	'documents-read-unreadable': {
		message: 'Documents Read has {count problem}: {problems}',
		remedy: 'Give it the field read of the template Read documents, as it is; or leave it empty.',
	},
	'prepare-document-unread': {
		message: 'The document {link} could not be read by a machine: {reason}',
		remedy:
			'See that the link opens the file itself (…/blob/<branch or commit>/<path>) and that the credential in Read documents may read that repository; then send the form again. Nothing was recorded.',
	},
	'prepare-nothing-changed': {
		message: "The draft of '{workflow}', which serves the spine '{spine}', does what is published already",
		remedy: 'Change the workflow in the editor and let it save, then prepare the release again.',
	},
	'prepare-draft-changed': {
		message: "The draft of '{workflow}' was changed after it was shown: {changes}",
		remedy:
			'Nothing was prepared, so nothing of it ships. Look at the draft as it is now: send the form again, or prepare the release again without Version Shown.',
	},
	'prepare-shown-unreadable': {
		message: 'Version Shown names no version that Release: Prepare showed',
		remedy: 'Take the field shown of the record that an earlier Release: Prepare gave, or leave it empty.',
	},
	'prepare-release-under-way': {
		message: "Release '{release}' of the same spine is {stage}",
		remedy:
			'Wait until it is stable or rolled back; what cannot wait is a hotfix (kind: hotfix, with its purpose).',
	},
	'prepare-account-needed': {
		message: 'Nobody is signed in, so nobody asks for this release',
		remedy:
			'Start from a form with n8n user authentication, or name who asks for it in Requested By; a typed name counts only where the policy says so.',
	},
} as const satisfies Record<string, CatalogueEntry>;
