/** The directions in which the vectors differ most, strongest first: eigenvectors of their second moments, by Jacobi's method. */
export function principalAxes(vectors: readonly (readonly number[])[], count: number): number[][] {
  const size = vectors[0]?.length ?? 0
  const matrix = Array.from({ length: size }, () => new Float64Array(size))
  for (const vector of vectors) {
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) add(matrix, i, j, (vector[i] ?? 0) * (vector[j] ?? 0))
  }
  const axes = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_unused, j) => (i === j ? 1 : 0)),
  )
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(matrix, axes, p, q)
  }
  return [...axes.keys()]
    .toSorted((a, b) => at(matrix, b, b) - at(matrix, a, a))
    .slice(0, count)
    .map((column) => axes.map((row) => row[column] ?? 0))
}

function at(matrix: readonly Float64Array[], row: number, column: number): number {
  return matrix[row]?.[column] ?? 0
}

function add(matrix: readonly Float64Array[], row: number, column: number, value: number): void {
  const line = matrix[row]
  if (line !== undefined) line[column] = (line[column] ?? 0) + value
}

/** One Jacobi rotation: makes the element at (p, q) zero. */
function rotate(matrix: readonly Float64Array[], axes: readonly Float64Array[], p: number, q: number): void {
  const apart = at(matrix, p, q)
  if (Math.abs(apart) < 1e-9) return
  const theta = (at(matrix, q, q) - at(matrix, p, p)) / (2 * apart)
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (const row of matrix) turn(row, p, q, cosine, sine)
  const [above, below] = [matrix[p], matrix[q]] as [Float64Array, Float64Array]
  for (let k = 0; k < above.length; k++) {
    const [a, b] = [above[k] ?? 0, below[k] ?? 0]
    above[k] = cosine * a - sine * b
    below[k] = sine * a + cosine * b
  }
  for (const row of axes) turn(row, p, q, cosine, sine)
}

function turn(row: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [a, b] = [row[p] ?? 0, row[q] ?? 0]
  row[p] = cosine * a - sine * b
  row[q] = sine * a + cosine * b
}
