import type { CatalogueEntry } from './error';

/** Errors of the room `rollout`. */
export const rolloutErrors = {
	'flag-unknown': {
		message: "There is no flag '{flag}'",
		remedy: 'Define it first with Release Flag (Set Rollout, Define); until then it is off for everyone.',
	},
	'flag-leave-missing': {
		message: "The flag '{flag}' cannot be turned up to {to}: {reason}",
		remedy:
			'Name a release whose manifest lists this flag and which the gate has let ship. Turning down, off and kill need no leave.',
	},
	'flag-step-skipped': {
		message: "The flag '{flag}' cannot go from {from} to {to} in one step",
		remedy: 'Its next step is: {next}.',
	},
	'flag-killed': {
		message: "The flag '{flag}' was killed and cannot be turned up",
		remedy: 'Set it to off first, then begin its steps again.',
	},
	'flag-contended': {
		message: "The flag '{flag}' was changed by others {attempts} times while this was being stored",
		remedy: 'Run again: nothing was stored, and it is safe to repeat.',
	},
} as const satisfies Record<string, CatalogueEntry>;
