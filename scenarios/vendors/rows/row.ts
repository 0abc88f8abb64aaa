/** How the mend of a row is taken out again, in a copy of the tree. */
export type Undo =
	/** Text of a file; must be there. */
	| { readonly file: string; readonly from: string; readonly to: string }
	/** Text of the parameters of a template's node. */
	| { readonly file: string; readonly node: string; readonly from: string; readonly to: string }
	/** A request that reads its first page only. */
	| { readonly file: string; readonly node: string; readonly firstPage: true };

/** One fact about a vendor that a stand-in was kinder than, and the test that holds us to it. */
export interface Row {
	readonly id: string;
	readonly vendor: string;
	readonly fact: string;
	/** What it did to people before. */
	readonly harm: string;
	readonly test: readonly [file: string, title: string];
	readonly undo: Undo;
}

/** The undo of a request that reads all pages. */
export const firstPage = (file: string, node: string): Undo => ({ file, node, firstPage: true });
