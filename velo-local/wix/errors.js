// Errors of Wix's own services, in the shape that site code meets: `error.details.applicationError.code`.

export class WixError extends Error {
  /** @param {string} code Wix's name for it where the reference tells one @param {string} description */
  constructor(code, description, data = {}) {
    super(description);
    this.code = code;
    /** What crosses to the container (container.js). */
    this.properties = { details: { applicationError: { code, description, data } } };
  }
}

export const invalid = (description, data) => new WixError('INVALID_ARGUMENT', description, data);
