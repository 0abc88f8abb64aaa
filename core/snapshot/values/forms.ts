/** Kinds of writer HubSpot names for writes through its API (observed; our own show as `INTEGRATION`). */
export const apiSources: ReadonlySet<string> = new Set(['INTEGRATION', 'API']);

/** Whether a value as written and as read back mean the same: as text, as a number or as an instant. */
export function sameForm(written: string, read: string): boolean {
	if (written.toLowerCase() === read.toLowerCase()) return true;
	if (written === '' || read === '') return false;
	const [number, other] = [Number(written), Number(read)];
	if (!Number.isNaN(number) && number === other) return true;
	const at = Number.isInteger(number) ? number : Date.parse(written);
	const seen = Number.isInteger(other) ? other : Date.parse(read);
	return !Number.isNaN(at) && at === seen;
}
