/** Words of a declared name as part of a logical id, which holds letters and digits only: `data-science` is `DataScience`. */
export function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
