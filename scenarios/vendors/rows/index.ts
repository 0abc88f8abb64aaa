import { otherRows } from './others';
import { mailRows } from './mail';
import { trainRows } from './train';
import type { Row } from './row';

export type { Row, Undo } from './row';

/** Every fact about a vendor that a stand-in was kinder than. */
export const rows: readonly Row[] = [...mailRows, ...trainRows, ...otherRows];
