"""``zhuce matters try``: a made-up filing carried through to its effect by the product's own rules, without a product."""
