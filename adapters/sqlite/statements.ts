import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Cell } from '../sql/columns';
import { type StatementName, statements } from './sql.generated';

/** Prepares each statement once and gives rows as lists of cells. */
export class Statements {
	private readonly prepared = new Map<StatementName, StatementSync>();

	constructor(private readonly db: DatabaseSync) {}

	private get(name: StatementName): StatementSync {
		let statement = this.prepared.get(name);
		if (statement === undefined) {
			statement = this.db.prepare(statements[name]);
			statement.setReturnArrays(true);
			this.prepared.set(name, statement);
		}
		return statement;
	}

	all(name: StatementName, ...cells: Cell[]): readonly Cell[][] {
		return this.get(name).all(...cells) as unknown as Cell[][];
	}

	one(name: StatementName, ...cells: Cell[]): readonly Cell[] | null {
		return (this.get(name).get(...cells) as unknown as Cell[] | undefined) ?? null;
	}

	/** Returns how many rows changed. */
	run(name: StatementName, ...cells: Cell[]): number {
		return Number(this.get(name).run(...cells).changes);
	}

	/** Inserts one row and returns its rowid. */
	insert(name: StatementName, ...cells: Cell[]): number {
		return Number(this.get(name).run(...cells).lastInsertRowid);
	}
}
