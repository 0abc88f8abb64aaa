import type { CatalogueEntry } from './error';

/** Errors of how recipients are stored in the ledger: as names, or as keyed hashes. */
export const recipientsErrors = {
	'ledger-recipients-no-key': {
		message:
			'Recipients cannot be stored as keyed hashes: the Release Ledger credential has no encryption key.',
		remedy:
			'Put a key into Encryption Key of the credential (e.g. from: openssl rand -base64 32), or store recipients as names.',
	},
	'ledger-recipients-named': {
		message: 'This ledger stores recipients as names, and the credential says keyed hashes.',
		remedy:
			'Set Store Recipients As to names, or stop every n8n that uses this ledger and convert its names to hashes: npx n8n-nodes-release-gate hash-recipients --help.',
	},
	'ledger-recipients-converting': {
		message:
			'The names of recipients in this ledger are being converted to keyed hashes, and that was not finished.',
		remedy:
			'Run npx n8n-nodes-release-gate hash-recipients again: it goes on where it was cut off. Nothing can be delivered until it has ended.',
	},
	'ledger-convert-broken': {
		message: 'Names cannot be converted to hashes in a ledger that does not verify: {explanation}',
		remedy:
			'Verify the ledger, restore it or have its records accepted, then begin again. Nothing was changed.',
	},
	'ledger-convert-unsigned': {
		message:
			'Names cannot be converted to hashes without the signing key: the events of this ledger are signed.',
		remedy: 'Name the signing key of the Release Ledger credential, then begin again. Nothing was changed.',
	},
	'ledger-convert-in-flight': {
		message:
			'Names cannot be converted to hashes now: a delivery of spine {spine} in slot {slot} is claimed or being sent until {until}.',
		remedy: 'Stop every n8n that uses this ledger, and begin again after that time. Nothing was changed.',
	},
	'ledger-convert-remembered': {
		message:
			'Names cannot be converted to hashes yet: the ledger remembers when somebody who was erased was last sent to.',
		remedy:
			'Prune the ledger (Release, Ledger, Prune) once their minimum gap is over, then begin again. Nothing was changed.',
	},
	'ledger-recipients-hashed': {
		message: 'This ledger stores recipients as keyed hashes, and the credential says names.',
		remedy:
			'Set Store Recipients As to keyed hashes in every Release Ledger credential of this ledger, with the same encryption key.',
	},
	'ledger-recipients-locked': {
		message:
			'The hashes of recipients cannot be made: their secret is sealed under another key than the Release Ledger credential holds.',
		remedy:
			'Put the key this ledger began with, or was sealed with last, into Encryption Key or Former Encryption Keys.',
	},
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
