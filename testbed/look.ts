import type { Ledger } from '../app/ledger/api';

/** Opens a ledger beside n8n, reads, and closes it again, however the reading ends. */
export async function look<Found>(
	open: () => Promise<Ledger>,
	read: (ledger: Ledger) => Promise<Found>,
): Promise<Found> {
	const ledger = await open();
	try {
		return await read(ledger);
	} finally {
		await ledger.close();
	}
}
