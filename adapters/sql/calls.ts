import type { CallTransaction } from '../../app/ports/call-budget';
import type { Session } from './dialect';
import { sql } from './statement';

const account = { name: 'account', type: 'text' } as const;
const given = { name: 'given', type: 'text' } as const;

/** What was given out of vendors' rates, within the transaction of the session. */
export class SqlCalls implements CallTransaction {
	constructor(private readonly session: Session) {}

	async lockGiven(name: string): Promise<string | null> {
		await this.session.hold(`release-gate:calls:${name}`);
		const [cells] = await this.session.all(sql`SELECT given FROM call_budgets WHERE account = ${name}`);
		return cells === undefined ? null : String(cells[0]);
	}

	async writeGiven(name: string, text: string): Promise<void> {
		await this.session.replace({ table: 'call_budgets', columns: [account, given], key: [account] }, [
			[name, text],
		]);
	}
}
