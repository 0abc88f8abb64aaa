export { gatherDesk, type DeskRequest } from './gather';
export { deskHtml, type DeskLinks } from './html';
export type { DeskPorts } from './spines';
