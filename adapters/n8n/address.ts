/** The path below which n8n serves its public API (N8N_PUBLIC_API_ENDPOINT is `api` by default; v1 is its only version). */
const standard = '/api/v1';

/**
 * Address of an instance's public API from what a person gave: with or without the path, with or without a slash at the
 * end. An address that ends in a version is taken as it is. n8n answers its editor's page with 200 below every other
 * path, so that a bare address would seem to work. Empty for what is no text.
 */
export function apiAddress(given: unknown): string {
	const base = typeof given === 'string' ? given.trim().replace(/\/+$/, '') : '';
	return base === '' || /\/v\d+$/.test(base) ? base : base.replace(/\/api$/, '') + standard;
}
