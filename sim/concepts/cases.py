"""Concepts C59 to C66: the cases, each a scenario with an arm that lacks what made the case."""

from sim.concepts import concept

concept("C59", "case: retailer with one trusted brand (Marks & Spencer)", "玛莎百货", "not built yet: its scenario")
concept("C60", "case: computer maker, bonds in three layers (Lenovo)", "联想", "not built yet: its scenario")
concept("C61", "case: engineering designer, three giant customers", "电信设计院", "not built yet: its scenario")
concept("C62", "case: airline or hotel loyalty scheme", "航空与酒店常客计划", "not built yet: its scenario")
concept("C63", "case: outsourced logistics", "物流外包", "not built yet: its scenario")
concept("C64", "case: medicine maker and dealers", "医药企业与经销商", "not built yet: its scenario")
concept("C65", "case: tournament web site (IBM, Wimbledon)", "温布尔登网站", "not built yet: its scenario")
concept("C66", "case: seasonal tourism", "季节性旅游", "not built yet: its scenario")
