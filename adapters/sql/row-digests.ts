import { hash } from 'node:crypto';
import type { RowDigest } from '../../app/ledger/history/state';
import type { Cells } from './statement';

/** 128 bits of SHA-256. */
export const digestOfText = (text: string): RowDigest => hash('sha256', text, 'base64url').slice(0, 22);

/** Digest of a row's cells, in the order of {@link stateColumns}: 128 bits of SHA-256. */
export const digestOf = (cells: Cells): RowDigest => digestOfText(JSON.stringify(cells));

/**
 * Digests of rows that follow each other and mostly differ in one cell, as those of a batch do: what they share is written as
 * JSON once. The digest is that of {@link digestOf}, whatever the rows are.
 */
export class RowDigests {
	private frame: Cells | null = null;
	/** The text before and after the cell that differs; `null` until a second row has the same frame. */
	private around: readonly [string, string] | null = null;

	/**
	 * @param length cells of a row
	 * @param own the place of the cell that differs, neither the first nor the last
	 */
	constructor(
		private readonly length: number,
		private readonly own: number,
	) {}

	/** Digest of the row whose cells begin at `from`. */
	of(cells: Cells, from = 0): RowDigest {
		if (!this.fits(cells, from)) {
			this.frame = from === 0 && cells.length === this.length ? cells : cells.slice(from, from + this.length);
			this.around = null;
			return digestOf(this.frame);
		}
		const { frame, own } = this;
		const [before, after] = (this.around ??= [
			`${JSON.stringify(frame?.slice(0, own)).slice(0, -1)},`,
			`,${JSON.stringify(frame?.slice(own + 1)).slice(1)}`,
		]);
		return digestOfText(before + JSON.stringify(cells[from + own]) + after);
	}

	private fits(cells: Cells, from: number): boolean {
		const { frame, own, length } = this;
		if (frame === null) return false;
		for (let at = 0; at < length; at += 1) if (at !== own && frame[at] !== cells[from + at]) return false;
		return true;
	}
}
