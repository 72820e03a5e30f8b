export const hello = 'merhaba';
