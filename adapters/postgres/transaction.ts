import type { AlikeRows } from '../sql/alike';
import { sql } from '../sql/statement';
import { changingColumns } from '../sql/tables';
import { SqlTransaction } from '../sql/transaction';

/** The store's transaction on Postgres, READ COMMITTED. Rows are locked in key order before they are read. */
export class PostgresTransaction extends SqlTransaction {
	/** OFFSET 0 keeps the planner from scanning the slot once per recipient: it then joins by the whole key. */
	protected async writeAlike({ cells, slot, recipients }: AlikeRows): Promise<void> {
		const [spine, space, name] = slot;
		await this.session.run(sql`UPDATE deliveries AS d SET ${changingColumns.set(cells)}
			FROM (
				SELECT ${spine}::text AS spine, ${space}::text AS space, ${name}::text AS slot, item
				FROM ${this.session.dialect.list('k', recipients)}
				OFFSET 0
			) AS u
			WHERE d.spine = u.spine COLLATE "C" AND d.space = u.space COLLATE "C"
				AND d.slot = u.slot COLLATE "C" AND d.recipient = u.item COLLATE "C"`);
	}
}
