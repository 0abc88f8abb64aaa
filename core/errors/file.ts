import type { CatalogueEntry } from './error';

/** Errors of the room `file`: what is read from and written to disk, and text that should be JSON. */
export const fileErrors = {
	'file-unreadable': {
		message: "The file '{file}' cannot be read ({reason}).",
		remedy: 'Check the path and the rights of the file.',
	},
	'file-unwritable': {
		message: "The file '{file}' cannot be written ({reason}).",
		remedy: 'Check that the folder exists and that you may write there.',
	},
	'text-not-json': {
		message: '{source} is not JSON.',
		remedy: 'Pass it whole and unchanged, as it was exported or written, without comments.',
	},
	'desk-port-taken': {
		message: 'Port {port} of 127.0.0.1 cannot be opened.',
		remedy: 'Name another one: --port 5681, or --port 0 for any that is free.',
	},
} as const satisfies Record<string, CatalogueEntry>;
