import type { CatalogueEntry } from './error';

/** Errors of the room `release`. */
export const releaseErrors = {
	'manifest-unreadable': {
		message: 'The manifest has {count} problems: {problems}',
		remedy: 'Mend these fields; docs/release-manifest.md lists every field with an example.',
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
		message: 'The policy has {count} problems: {problems}',
		remedy: 'Mend these fields, or start from a preset and override only what differs.',
	},
	'policy-unknown': {
		message: "There is no policy '{name}'",
		remedy: 'Use one of: {known}; or name a policy file.',
	},
	'release-file-unreadable': {
		message: 'The release file has {count} problems: {problems}',
		remedy: 'Mend these fields; docs/release-file.md shows a whole file.',
	},
	'file-unreadable': {
		message: "The file '{file}' cannot be read ({reason})",
		remedy: 'Check the path and its permissions.',
	},
	'file-not-json': {
		message: "The file '{file}' is not JSON: {reason}",
		remedy: 'Save it as JSON, without comments.',
	},
} as const satisfies Record<string, CatalogueEntry>;
