/** The two webhooks; each is served at the path of its name. */
export type WebhookName = 'mutate' | 'validate';
