"""Spelling of place names where the 2025 file has a slip.

Only names whose accent, capital letter or missing letter is beyond doubt are put right; everything
else stays as INEI's file writes it. Corrections that only add an accent or change a capital letter
do not alter what a search finds; the two that change letters are named apart.
"""

# Letters missing or wrong in the 2025 file; both columns of the equivalence file read the corrected form
# in the first case, its INEI column in the second.
LETTERS_CORRECTED = {
    "050707": "San Francisco de Ravacayco",
    "060506": "Santa Cruz de Toledo",
}

# Accents and capital letters.
ACCENTS_CORRECTED = {
    "020803": "Comandante Noel",
    "040116": "Sabandía",
    "040125": "Vítor",
    "040703": "Deán Valdivia",
    "050621": "Santa Lucía",
    "060402": "Anguía",
    "060403": "Chadín",
    "060414": "Pión",
    "060614": "Sócota",
    "100602": "Daniel Alomía Robles",
    "100606": "Mariano Dámaso Beraún",
    "101006": "San Francisco de Asís",
    "110202": "Alto Larán",
    "130111": "Víctor Larco Herrera",
    "130906": "Sanagorán",
    "131003": "Cachicadán",
    "140110": "Oyotún",
    "140117": "Pátapo",
    "140119": "Pucalá",
    "140205": "Pítipo",
    "140303": "Íllimo",
    "140305": "Mochumí",
    "140312": "Túcume",
    "150135": "San Martín de Porres",
    "150508": "Lunahuaná",
    "150512": "Quilmaná",
    "150516": "Zúñiga",
    "150718": "San Damián",
    "150812": "Végueta",
    "160106": "Mazán",
    "160508": "Soplín",
    "200504": "Colán",
    "210103": "Amantaní",
    "220802": "Awajún",
    "220803": "Elías Soplín Vargas",
    "221006": "Santa Lucía",
    "230110": "Coronel Gregorio Albarracín Lanchipa",
    "230111": "La Yarada Los Palos",
    "250101": "Callería",
    "250305": "Alexander von Humboldt",
}

CORRECTED_NAMES = LETTERS_CORRECTED | ACCENTS_CORRECTED

# A capital that bears the district's name takes the spelling of the district; these are the others.
CORRECTED_CAPITALS = {
    "050707": "San Francisco de Ravacayco",
    "060506": "Santa Cruz de Toledo",
    "2203": "San José de Sisa",
    "250301": "Aguaytía",
    "021408": "Raján",
    "030611": "Río Blanco",
    "040204": "San José",
    "050406": "San José de Secce",
    "060312": "La Libertad de Pallán",
    "090706": "Mariscal Cáceres",
    "100602": "Daniel Alomía Robles (Pumahuasi)",
    "101105": "San Cristóbal de Jacas Chico",
    "120306": "Pucará",
    "160508": "Nueva Alejandría (Curinga)",
    "160702": "Santa María de Cahuapanas",
    "200504": "San Lucas (Pueblo Nuevo de Colán)",
    "210207": "Estación de Pucará",
    "220803": "Segunda Jerusalén-Azunguillo",
}

# INEI code -> the folded name the equivalence file uses for the same district.
SAME_PLACE_OTHER_SPELLING = {
    "010517": "SAN FRANCISCO DE YESO",
    "050707": "SAN FRANCISCO DE RAVACAYCO",
    "060506": "SANTA CRUZ DE TOLEDO",
    "100106": "QUISQUI KICHKI",
    "150712": "LARAOS",
    "250201": "RAYMONDI",
}
