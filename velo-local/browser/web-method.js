// What page code gets for a web method: a function of the same name that asks the server.

export const webMethod = (module, name) => async (...args) => {
  const response = await fetch(`/_api/${module}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ args }),
  });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(error.message), error.code && { code: error.code });
  return result;
};
