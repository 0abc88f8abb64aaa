/** Target of writes to HubSpot contacts in the outbox. */
export const CONTACTS_TARGET = 'hubspot:contacts';
